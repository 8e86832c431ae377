import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Principal } from '../../auth/principal';
import type { ChatEvent } from '../../chat/event-log/chat-event';
import type { AcceptedMessage } from '../../chat/message-intake';
import { DomainError } from '../../common/domain.error';
import type { ServerSentEvent } from '../../common/sse-stream';
import { Conversations, type Watch } from '../../contracts/conversations';
import { poolEvent } from './pool-events';

/** The events of the contract as server-sent ones, numbered as in the chat's log. */
@Injectable()
export class PoolStreams {
  constructor(private readonly conversations: Conversations) {}

  /** To the end of the turn, which goes on when the caller hangs up. */
  turn(user: Principal, accepted: AcceptedMessage, response: Response): AsyncGenerator<ServerSentEvent[]> {
    const watch = this.conversations.watchFor(user, accepted.chat.chatId, response);
    return mapped(watch, this.conversations.follow(accepted, watch.signal));
  }

  /** @param after number of the last event that the caller has */
  thread(user: Principal, threadId: string, after: number, response: Response): AsyncGenerator<ServerSentEvent[]> {
    const watch = this.conversations.watchFor(user, threadId, response);
    return mapped(watch, this.conversations.log(user, threadId, after, watch.signal));
  }
}

async function* mapped(
  { signal, stop }: Watch,
  batches: AsyncIterable<readonly ChatEvent[]>,
): AsyncGenerator<ServerSentEvent[]> {
  try {
    for await (const batch of batches) {
      const frames = batch.flatMap((event) => {
        const told = poolEvent(event);
        return told === undefined ? [] : [{ id: event.seq, event: told.name, data: told.data }];
      });
      if (frames.length > 0) yield frames;
    }
    const { reason } = signal as { reason: unknown };
    if (reason instanceof DomainError) {
      yield [{ event: 'session/ended', data: { code: reason.code, detail: reason.detail } }];
    }
  } finally {
    stop();
  }
}
