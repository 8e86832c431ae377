import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '../../auth/principal';
import type { AcceptedMessage } from '../../chat/message-intake';
import { abortWith } from '../../common/abort-with';
import { DomainError, notFound, unavailable } from '../../common/domain.error';
import { sendEventStream } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { PoolConfig } from '../../config/pool.config';
import { ServerConfig } from '../../config/server.config';
import { chatLink } from '../../contracts/chat-link';
import { Conversations } from '../../contracts/conversations';
import { SessionLimit } from './session-limit';
import { TurnAnswer, turnStream } from './thread-turn';
import type { ChatRequest, ChatResponseDto } from './threads.dto';

/** A call and what it is answered on. */
interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/** Turns of threads, each told on the answer of the call that has begun it. It goes on when the caller hangs up. */
@Injectable()
export class ThreadTurns {
  constructor(
    private readonly conversations: Conversations,
    private readonly streams: StreamLimits,
    private readonly server: ServerConfig,
    private readonly pool: PoolConfig,
    private readonly sessions: SessionLimit,
  ) {}

  /** Tells of the turn as it goes on. @throws DomainError as MessageIntake.accept, `too_many_streams` */
  async stream(user: Principal, input: ChatRequest, { request, response }: Exchange): Promise<void> {
    this.streams.openFor(request, response);
    const accepted = await this.accept(user, input);
    const { chatId } = accepted.chat;
    const { signal, stop } = this.conversations.watchFor(user, chatId, response);
    try {
      const batches = this.conversations.follow(accepted, signal);
      await sendEventStream(response, turnStream(chatId, batches, chatLink(chatId, request, this.server)));
    } finally {
      stop();
    }
  }

  /**
   * Waits for the end of the turn, or for a question of the agent that somebody has to answer.
   *
   * @throws DomainError as MessageIntake.accept; `pool_saturated` when the turn has not started within
   * `CODEX_QUEUE_TIMEOUT_SECONDS`, and stays queued; `chat_not_found` when the thread is deleted
   */
  async answer(user: Principal, input: ChatRequest, { request, response }: Exchange): Promise<ChatResponseDto> {
    const accepted = await this.accept(user, input);
    const { chatId } = accepted.chat;
    const watch = this.conversations.watchFor(user, chatId, response);
    const end = new AbortController();
    const forget = abortWith(watch.signal, end);
    const { queueTimeoutSeconds } = this.pool;
    const timer = setTimeout(() => end.abort(stillQueued(queueTimeoutSeconds)), queueTimeoutSeconds * 1000);
    const answer = new TurnAnswer(chatId, chatLink(chatId, request, this.server));
    try {
      for await (const batch of this.conversations.follow(accepted, end.signal)) {
        for (const event of batch) {
          if (event.type === 'turn.started') clearTimeout(timer);
          answer.add(event);
          if (answer.response) return answer.response;
        }
      }
      const { reason } = end.signal as { reason: unknown };
      throw reason instanceof DomainError ? reason : notFound('chat', chatId);
    } finally {
      clearTimeout(timer);
      forget();
      watch.stop();
    }
  }

  private async accept(
    user: Principal,
    { thread_id: threadId, messages, model }: ChatRequest,
  ): Promise<AcceptedMessage> {
    await this.sessions.check(user);
    const content = messages.map((message) => message.content).join('\n');
    if (threadId === undefined) return this.conversations.begin(user, {}, { content, model });
    return this.conversations.send(user, threadId, { content, model });
  }
}

const stillQueued = (seconds: number): DomainError =>
  unavailable(
    'pool_saturated',
    `The turn has not started within ${seconds} s. It stays queued: do not send it again, read the history later.`,
  );
