import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { ChatCalls } from './chat-calls';
import { ChatSocket } from './chat.socket';
import { DirectSocketWrites } from './direct-writes';
import { EventsController } from './events.controller';
import { ListBroadcast } from './list-broadcast';
import { QueueCalls } from './queue-calls';
import { RoomBroadcast } from './room-broadcast';
import { SocketAdmission } from './socket-admission';
import { WatchedChats } from './watched-chats';

@Module({
  imports: [ChatModule],
  controllers: [EventsController],
  providers: [
    ChatCalls,
    ChatSocket,
    DirectSocketWrites,
    ListBroadcast,
    QueueCalls,
    RoomBroadcast,
    SocketAdmission,
    WatchedChats,
  ],
  exports: [SocketAdmission, WatchedChats],
})
export class RealtimeModule {}
