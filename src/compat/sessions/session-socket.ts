import { Injectable, OnModuleInit } from '@nestjs/common';
import { conflict, invalid } from '../../common/domain.error';
import { ServerConfig } from '../../config/server.config';
import { chatLink } from '../../contracts/chat-link';
import { ChatSockets, contentOf } from '../../contracts/chat-sockets';
import { Conversations } from '../../contracts/conversations';
import { NamedUsers } from '../../contracts/named-users';
import type { WebSocketConnection } from '../../contracts/web-socket-connection';
import type { WebSocketRequest } from '../../contracts/web-socket-endpoint';
import { WebSocketEndpoints } from '../../contracts/web-socket-endpoints';
import { INITIAL_SESSION, sessionStep } from './session-frames';
import { llmSessionOf } from './sessions.dto';

/** The WebSocket `/chat?chat_session_id&llm_session_id&user_id` of the contract `sessions`. */
@Injectable()
export class SessionSocket implements OnModuleInit {
  constructor(
    private readonly endpoints: WebSocketEndpoints,
    private readonly conversations: Conversations,
    private readonly users: NamedUsers,
    private readonly sockets: ChatSockets,
    private readonly server: ServerConfig,
  ) {}

  onModuleInit(): void {
    const admit = (asked: WebSocketRequest) => this.admit(asked);
    this.endpoints.register({ contract: 'sessions', permission: 'chat:read', path: /^\/chat$/, admit });
  }

  /** @throws DomainError as the routes of the contract, 400 `validation_failed`, 409 `session_mismatch` */
  private async admit({ user: caller, request, query }: WebSocketRequest) {
    const user = await this.users.callerAs(caller, query.get('user_id') ?? undefined);
    const chatId = required(query, 'chat_session_id');
    const llmSessionId = required(query, 'llm_session_id');
    const { id } = await this.conversations.find(user, chatId);
    if (llmSessionId !== llmSessionOf(id)) throw MISMATCH;
    const url = chatLink(id, request, this.server);
    return (connection: WebSocketConnection): void =>
      this.sockets.open(
        connection,
        { caller, user, chatId: id },
        {
          initial: INITIAL_SESSION,
          step: (state, event) => sessionStep(state, event, url),
          commands: {
            user_message: (message) => this.conversations.send(user, id, { content: contentOf(message) }),
          },
        },
      );
  }
}

const MISMATCH = conflict(
  'session_mismatch',
  'llm_session_id is not that of chat_session_id: POST /sessions and GET /sessions tell which belong together.',
);

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw invalid('validation_failed', `${name} is missing.`);
  return value;
}
