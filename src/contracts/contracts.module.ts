import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { GatewayModule } from '../gateway/gateway.module';
import { RealtimeModule } from '../realtime/realtime.module';
import { ChatSockets } from './chat-sockets';
import { ConversationReads } from './conversation-reads';
import { ConversationSetup } from './conversation-setup';
import { Conversations } from './conversations';
import { NamedUsers } from './named-users';
import { WebSocketEndpoints } from './web-socket-endpoints';

const PROVIDERS = [
  ...[Conversations, ConversationReads, NamedUsers],
  ...[ConversationSetup, ChatSockets, WebSocketEndpoints],
];

/** What the contracts beside the service's own API stand on. */
@Module({
  imports: [ChatModule, GatewayModule, RealtimeModule],
  providers: PROVIDERS,
  exports: PROVIDERS,
})
export class ContractsModule {}
