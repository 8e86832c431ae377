import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { ChatCalls } from './chat-calls';
import { ChatSocket } from './chat.socket';
import { DirectSocketWrites } from './direct-writes';
import { EventsController } from './events.controller';
import { QueueCalls } from './queue-calls';
import { RoomBroadcast } from './room-broadcast';
import { SocketAdmission } from './socket-admission';
import { WatchedChats } from './watched-chats';

@Module({
  imports: [ChatModule],
  controllers: [EventsController],
  providers: [ChatCalls, ChatSocket, DirectSocketWrites, QueueCalls, RoomBroadcast, SocketAdmission, WatchedChats],
})
export class RealtimeModule {}
