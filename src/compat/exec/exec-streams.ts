import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Principal } from '../../auth/principal';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { AcceptedMessage } from '../../chat/message-intake';
import { DomainError, tooLarge } from '../../common/domain.error';
import type { ServerSentEvent } from '../../common/sse-stream';
import { Conversations, type Watch } from '../../contracts/conversations';
import type { ExecEvent } from './exec-event';
import { ExecEvents, finalResponse } from './exec-events';

/** Characters of the events of one turn that are answered at once. */
const MAX_ANSWER = 32 * 1024 * 1024;

export interface ExecResult {
  readonly events: readonly ExecEvent[];
  readonly final_response: string;
}

/** Turns as the events of `codex exec --json`: live, at once when they have ended, or told again. */
@Injectable()
export class ExecStreams {
  constructor(private readonly conversations: Conversations) {}

  /** The turn goes on when the caller hangs up. */
  async *turn(user: Principal, accepted: AcceptedMessage, response: Response): AsyncGenerator<ServerSentEvent[]> {
    const { chatId } = accepted.chat;
    const watch = this.conversations.watchFor(user, chatId, response);
    const events = new ExecEvents();
    yield [framed({ type: 'thread.started', thread_id: chatId })];
    yield* mapped(watch, this.conversations.follow(accepted, watch.signal), events);
  }

  /**
   * All that has happened in a chat, and what happens in a turn that runs or waits now, to its end.
   *
   * @param lastSeq number of the last event of the chat
   */
  async *history(
    user: Principal,
    chat: { readonly id: string; readonly lastSeq: number },
    response: Response,
  ): AsyncGenerator<ServerSentEvent[]> {
    const watch = this.conversations.watchFor(user, chat.id, response);
    const events = new ExecEvents(true);
    yield [framed({ type: 'thread.started', thread_id: chat.id })];
    if (chat.lastSeq === 0) return watch.stop();
    const log = this.conversations.log(user, chat.id, 0, watch.signal);
    yield* mapped(watch, log, events, ({ seq }) => seq >= chat.lastSeq && !events.isInTurn);
  }

  /**
   * @throws DomainError as TurnFollower.ended; 413 `answer_too_large` for a turn of too many events, which has ended all the
   * same
   */
  async ended(user: Principal, accepted: AcceptedMessage, response: Response): Promise<ExecResult> {
    const watch = this.conversations.watchFor(user, accepted.chat.chatId, response);
    try {
      const [events] = await Promise.all([
        this.collected(accepted, watch.signal),
        this.conversations.ended(accepted, watch.signal).catch((error: unknown) => {
          watch.stop();
          throw error;
        }),
      ]);
      return { events, final_response: finalResponse(events) };
    } finally {
      watch.stop();
    }
  }

  private async collected(accepted: AcceptedMessage, signal: AbortSignal): Promise<ExecEvent[]> {
    const mapper = new ExecEvents();
    const events: ExecEvent[] = [{ type: 'thread.started', thread_id: accepted.chat.chatId }];
    let length = 0;
    for await (const batch of this.conversations.follow(accepted, signal)) {
      for (const event of batch.flatMap((one) => mapper.of(one))) {
        length += JSON.stringify(event).length;
        if (length <= MAX_ANSWER) events.push(event);
      }
    }
    if (length > MAX_ANSWER) throw tooMuch(accepted.chat.chatId);
    return events;
  }
}

/** @param isLast whether nothing behind an event is asked for */
async function* mapped(
  { signal, stop }: Watch,
  batches: AsyncIterable<readonly ChatEvent[]>,
  events: ExecEvents,
  isLast: (event: ChatEvent) => boolean = () => false,
): AsyncGenerator<ServerSentEvent[]> {
  try {
    for await (const batch of batches) {
      const frames: ServerSentEvent[] = [];
      for (const event of batch) {
        frames.push(...events.of(event).map(framed));
        if (!isLast(event)) continue;
        yield frames;
        return;
      }
      if (frames.length > 0) yield frames;
    }
    const { reason } = signal as { reason: unknown };
    if (reason instanceof DomainError) yield [framed({ type: 'error', message: reason.detail })];
  } finally {
    stop();
  }
}

const framed = (data: ExecEvent): ServerSentEvent => ({ data });

const tooMuch = (threadId: string): DomainError =>
  tooLarge(
    'answer_too_large',
    `The turn has ended, with more than can be answered at once: read it at /api/codex/history/${threadId}.`,
  );
