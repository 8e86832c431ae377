import { Injectable, OnModuleInit } from '@nestjs/common';
import { ServerConfig } from '../../config/server.config';
import { chatLink } from '../../contracts/chat-link';
import { ChatSockets, contentOf } from '../../contracts/chat-sockets';
import { Conversations } from '../../contracts/conversations';
import type { WebSocketConnection } from '../../contracts/web-socket-connection';
import type { WebSocketRequest } from '../../contracts/web-socket-endpoint';
import { WebSocketEndpoints } from '../../contracts/web-socket-endpoints';
import { INITIAL_STREAM, streamStep } from './stream-frames';

const PATH = /^\/api\/v1\/chats\/([^/]+)\/stream$/;

/** The WebSocket `/api/v1/chats/{id}/stream` of the contract `chat-sessions`. */
@Injectable()
export class ChatStream implements OnModuleInit {
  constructor(
    private readonly endpoints: WebSocketEndpoints,
    private readonly conversations: Conversations,
    private readonly sockets: ChatSockets,
    private readonly server: ServerConfig,
  ) {}

  onModuleInit(): void {
    const admit = (asked: WebSocketRequest) => this.admit(asked);
    this.endpoints.register({ contract: 'chat-sessions', permission: 'chat:read', path: PATH, admit });
  }

  /** @throws DomainError 404 `chat_not_found` */
  private async admit({ user, request, path }: WebSocketRequest) {
    const { id } = await this.conversations.find(user, PATH.exec(path)?.[1] ?? '');
    const url = chatLink(id, request, this.server);
    return (connection: WebSocketConnection): void =>
      this.sockets.open(
        connection,
        { caller: user, user, chatId: id },
        {
          initial: INITIAL_STREAM,
          step: (state, event) => streamStep(state, event, url),
          commands: {
            message: (message) => this.conversations.send(user, id, { content: contentOf(message) }),
            cancel: () => this.conversations.interrupt(user, id),
          },
        },
      );
  }
}
