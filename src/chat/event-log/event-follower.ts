import { Injectable } from '@nestjs/common';
import { ChatEvent } from './chat-event';
import { EventFeed } from './event-feed';
import { EventLog } from './event-log';
import { ChatRef } from './log-entry';

/** Events read at once: what a reader that stops costs. */
const PAGE = 100;
/** Live events kept for one reader; one that falls further behind reads on from the database. */
const MAX_BUFFERED = 250;

/** Reads a chat's log from any point on into the present: first from the database, then live, without gap or repeat. */
@Injectable()
export class EventFollower {
  constructor(
    private readonly log: EventLog,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Yields batches of events with rising numbers above `after`, until `signal` is aborted or the chat is deleted. An
   * `after` beyond the end, by mistake or from before a database was restored, is taken for the end.
   */
  async *follow(chat: ChatRef, after: number, signal: AbortSignal): AsyncGenerator<readonly ChatEvent[]> {
    const live = new LiveBuffer();
    const stop = (): void => live.wake();
    signal.addEventListener('abort', stop, { once: true });
    const unsubscribe = this.feed.subscribe(chat.chatId, {
      onEvents: (events) => live.push(events),
      onClosed: () => live.close(),
    });
    const isOver = (): boolean => signal.aborted || live.closed;
    try {
      let cursor = Math.min(after, await this.log.lastSeq(chat));
      while (!isOver()) {
        const batch = live.after(cursor) ?? (await this.stored(chat, cursor));
        if (batch.length > 0) {
          cursor = batch.at(-1)?.seq ?? cursor;
          yield batch;
        } else if (!live.reaches(cursor + 1) && !isOver()) await live.changed();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      unsubscribe();
    }
  }

  /** What is published, only: what is committed but not yet published comes by the feed, too. */
  private async stored(chat: ChatRef, after: number): Promise<ChatEvent[]> {
    const upTo = await this.log.lastSeq(chat);
    if (after >= upTo) return [];
    const events = await this.log.read(chat.chatId, after, PAGE);
    return events.filter((event) => event.seq <= upTo);
  }
}

/** The newest live events, each of which follows the one before it in the log. */
class LiveBuffer {
  private events: ChatEvent[] = [];
  closed = false;
  /** Ends the wait for a change. */
  wake: () => void = () => undefined;

  close(): void {
    this.closed = true;
    this.wake();
  }

  push(events: readonly ChatEvent[]): void {
    const last = this.events.at(-1);
    // What another process has appended between is read from the database.
    const follows = last === undefined || (events[0]?.previousSeq ?? 0) <= last.seq;
    const fits = this.events.length + events.length <= MAX_BUFFERED;
    this.events = follows && fits ? this.events.concat(events) : [...events];
    this.wake();
  }

  /** The events above `cursor`, empty for none yet; undefined when the one that follows `cursor` is not in the buffer. */
  after(cursor: number): ChatEvent[] | undefined {
    const first = this.events[0];
    if (!first || first.previousSeq > cursor) return undefined;
    const batch = this.events.filter(({ seq }) => seq > cursor);
    this.events = [];
    return batch;
  }

  reaches(seq: number): boolean {
    const last = this.events.at(-1);
    return last !== undefined && last.seq >= seq;
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
