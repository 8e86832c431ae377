import { Injectable } from '@nestjs/common';
import { requirePermission } from '../auth/permission';
import type { Principal } from '../auth/principal';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { DomainError, invalid, notFound } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { ConversationReads } from './conversation-reads';
import { Conversations } from './conversations';
import type { WebSocketConnection } from './web-socket-connection';

/** RFC 6455, 7.4: the endpoint closes for a reason of its own, or as something went wrong. */
const POLICY = 1008;
const INTERNAL = 1011;

/** What becomes of one event: frames for the client, and what is to be known at the next event. */
export interface Step<S> {
  readonly state: S;
  readonly frames: readonly object[];
}

/** How a contract speaks of a chat over a WebSocket. */
export interface ChatDialect<S> {
  readonly initial: S;
  /** Without effects: the same state and event bring the same frames. */
  readonly step: (state: S, event: ChatEvent) => Step<S>;
  /** By the `type` of a client's message. What it throws is told as an error. */
  readonly commands: Readonly<Record<string, (message: Readonly<Record<string, unknown>>) => Promise<unknown>>>;
}

/** A chat that somebody holds open. */
export interface OpenChat {
  /** Who holds the connection. */
  readonly caller: Principal;
  /** As whom it is done; see NamedUsers. */
  readonly user: Principal;
  readonly chatId: string;
}

/** WebSockets of contracts on which one chat is spoken of. */
@Injectable()
export class ChatSockets {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly conversations: Conversations,
    private readonly reads: ConversationReads,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'websocket' });
  }

  /**
   * Takes a connection: the client is sent the turns that wait or run from their first event on, then all that happens in the
   * chat, whoever begins it. A turn goes on without listeners.
   */
  open<S>(connection: WebSocketConnection, chat: OpenChat, dialect: ChatDialect<S>): void {
    this.follow(connection, chat, dialect).catch((error: unknown) => {
      connection.send(this.faultFrame(error));
      connection.close(error instanceof DomainError ? POLICY : INTERNAL);
    });
  }

  private async follow<S>(
    connection: WebSocketConnection,
    { caller, user, chatId }: OpenChat,
    { initial, step, commands }: ChatDialect<S>,
  ): Promise<void> {
    const watch = this.conversations.watch(user, chatId, connection.closed);
    try {
      const after = await this.reads.beforeOpenTurns(user, chatId);
      connection.listen({
        onMessage: async (message) => {
          const command = commandOf(message, commands);
          requirePermission(caller, 'chat:write');
          await command();
        },
        onFault: (fault) => connection.send(this.faultFrame(fault)),
      });
      let state = initial;
      for await (const batch of this.conversations.log(user, chatId, after, watch.signal)) {
        for (const event of batch) {
          const next = step(state, event);
          state = next.state;
          for (const frame of next.frames) connection.send(frame);
          await connection.drained();
        }
      }
      if (!connection.closed.aborted) throw endOf(watch.signal, chatId);
    } finally {
      watch.stop();
    }
  }

  private faultFrame(fault: unknown): object {
    if (fault instanceof DomainError) return { type: 'error', content: fault.detail, code: fault.code };
    this.logger.error({ err: fault }, 'a message over a WebSocket failed');
    return { type: 'error', content: 'Something went wrong on the server; its log says what.', code: 'internal_error' };
  }
}

/** Why nobody is followed any more who is still there: they may call no more, or may not see the chat, or it is gone. */
const endOf = ({ reason }: AbortSignal, chatId: string): DomainError =>
  reason instanceof DomainError ? reason : notFound('chat', chatId);

/** @throws DomainError 400 `unknown_message_type` */
function commandOf(message: unknown, commands: ChatDialect<unknown>['commands']): () => Promise<unknown> {
  if (!isObject(message)) throw invalid('validation_failed', 'A message must be an object with a type.');
  const { type } = message;
  const command = typeof type === 'string' && Object.hasOwn(commands, type) ? commands[type] : undefined;
  if (command !== undefined) return () => command(message);
  const known = Object.keys(commands).join(', ');
  throw invalid('unknown_message_type', `A message must have one of these types: ${known}.`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a message. @throws DomainError 400 `validation_failed` */
export function contentOf({ content }: Readonly<Record<string, unknown>>): string {
  if (typeof content !== 'string') throw invalid('validation_failed', 'content must be a string.');
  return content;
}
