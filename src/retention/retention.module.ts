import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { OldChats } from './old-chats';
import { OldEvents } from './old-events';
import { OldModelCalls } from './old-model-calls';
import { RetentionSweep } from './retention-sweep';

@Module({
  imports: [ChatModule],
  providers: [OldChats, OldEvents, OldModelCalls, RetentionSweep],
})
export class RetentionModule {}
