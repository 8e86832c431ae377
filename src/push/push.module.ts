import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { PushCheck } from './push-check';
import { PushDevices } from './push-devices';
import { PushDispatcher } from './push-dispatcher';
import { PushHosts } from './push-hosts';
import { PushOutbox } from './push-outbox';
import { PushQueue } from './push-queue';
import { PushSender } from './push-sender';
import { PushController } from './push.controller';
import { VapidKey } from './vapid-key';

/** Tells browsers of chats while their page is closed (RFC 8030, 8291, 8292). */
@Module({
  imports: [ChatModule],
  controllers: [PushController],
  providers: [PushCheck, PushDevices, PushDispatcher, PushHosts, PushOutbox, PushQueue, PushSender, VapidKey],
})
export class PushModule {}
