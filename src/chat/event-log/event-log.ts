import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { EventEntity } from '../entities/event.entity';
import { ChatEvent } from './chat-event';
import { ChatLog } from './chat-log';
import { EventFeed } from './event-feed';
import { ChatRef, LogEntry, OnStorageFault } from './log-entry';

/** Logs kept in memory, if they are idle; one is a number and an empty list. */
const MAX_LOGS = 10_000;

/** The logs of all chats: append-only, numbered without gap, committed before published. */
@Injectable()
export class EventLog {
  private readonly logs = new Map<string, ChatLog>();

  constructor(
    private readonly database: Database,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Adds an entry to a chat's log. Resolves with its events once they are committed and published.
   *
   * @throws what a write of the entry threw; nothing of the entry is stored then.
   */
  append(chat: ChatRef, entry: LogEntry, onStorageFault: OnStorageFault): Promise<readonly ChatEvent[]> {
    return this.logOf(chat).append(entry, onStorageFault);
  }

  /** How many appends to a chat's log wait for their commit. */
  backlog(chatId: string): number {
    return this.logs.get(chatId)?.backlog ?? 0;
  }

  /** Resolves when no more than so many appends to a chat's log wait for their commit. */
  async backlogAtMost(chatId: string, maximum: number): Promise<void> {
    await this.logs.get(chatId)?.backlogAtMost(maximum);
  }

  /** How many events wait for their commit, over all chats. */
  get uncommittedEvents(): number {
    let sum = 0;
    for (const { backlog } of this.logs.values()) sum += backlog;
    return sum;
  }

  /** Number of the last published event of a chat, 0 for none. */
  async lastSeq(chat: ChatRef): Promise<number> {
    const log = this.logOf(chat);
    await log.load();
    return log.lastSeq;
  }

  /**
   * The same in this very step of the event loop: all that is published later reaches whoever listens from now on.
   * Undefined when it is not known without the database.
   */
  publishedSeq(chatId: string): number | undefined {
    const log = this.logs.get(chatId);
    return log?.loaded ? log.lastSeq : undefined;
  }

  /** Forgets a chat whose rows are gone. */
  forget(chatId: string): void {
    this.logs.delete(chatId);
  }

  /** Events with a number above `after`, in order, at most `limit`. */
  async read(chatId: string, after: number, limit: number): Promise<ChatEvent[]> {
    const rows = await this.database.read
      .createQueryBuilder(EventEntity, 'event')
      .where('event.chatId = :chatId AND event.seq > :after', { chatId, after })
      .orderBy('event.seq', 'ASC')
      .limit(limit)
      .getMany();
    return rows.map(toEvent);
  }

  private logOf(chat: ChatRef): ChatLog {
    const log =
      this.logs.get(chat.chatId) ??
      new ChatLog(chat, this.database, (events) => this.feed.publish(chat.chatId, events));
    // The last used is the last in the map, so that the eviction meets the longest unused first.
    this.logs.delete(chat.chatId);
    this.logs.set(chat.chatId, log);
    if (this.logs.size > MAX_LOGS) this.evictIdle(chat.chatId);
    return log;
  }

  private evictIdle(inUse: string): void {
    for (const [chatId, log] of this.logs) {
      if (log.idle && chatId !== inUse) this.logs.delete(chatId);
      if (this.logs.size <= MAX_LOGS) return;
    }
  }
}

function toEvent({ chatId, seq, turnId, type, at, data }: EventEntity): ChatEvent {
  // The row was written from a ChatEvent by ChatLog.
  return { chatId, seq, turnId, type, at, data } as ChatEvent;
}
