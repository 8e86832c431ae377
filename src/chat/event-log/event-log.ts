import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database';
import { EventEntity } from '../entities/event.entity';
import { ChatEvent } from './chat-event';
import { ChatLog } from './chat-log';
import { EventFeed } from './event-feed';
import { ChatRef, EventsWrite, LogEntry, OnStorageFault } from './log-entry';

/** How long a log stays in memory without work and readers: over the pauses of a stream, and of a reader between two reads. */
const KEPT_IDLE_MS = 1_000;

/** The logs of all chats: append-only, numbered by the database, committed before published. */
@Injectable()
export class EventLog {
  private readonly logs = new Map<string, ChatLog>();
  private readonly others: EventsWrite[] = [];
  private sweepTimer: NodeJS.Timeout | undefined;

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

  /**
   * From now on has `write` called in each transaction that stores events. What it throws is thrown to who appends, so it
   * must do little, and nothing that can be refused.
   */
  alsoStore(write: EventsWrite): void {
    this.others.push(write);
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
  lastSeq(chat: ChatRef): Promise<number> {
    return this.logOf(chat).lastSeq();
  }

  /**
   * The same in this very step of the event loop: all that is published later reaches whoever listens from now on.
   * Undefined when it is not known without the database.
   */
  publishedSeq(chatId: string): number | undefined {
    return this.logs.get(chatId)?.publishedSeq;
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

  /** Chats whose logs are in memory. */
  get openLogs(): number {
    return this.logs.size;
  }

  private logOf(chat: ChatRef): ChatLog {
    const known = this.logs.get(chat.chatId);
    if (known) return known;
    const log = new ChatLog(chat, this.database, (events) => this.feed.publish(chat.chatId, events), this.others);
    this.logs.set(chat.chatId, log);
    this.sweepTimer ??= setTimeout(() => this.sweep(), KEPT_IDLE_MS).unref();
    return log;
  }

  private sweep(): void {
    for (const [chatId, log] of this.logs) if (log.isIdleFor(KEPT_IDLE_MS)) this.logs.delete(chatId);
    this.sweepTimer = this.logs.size === 0 ? undefined : setTimeout(() => this.sweep(), KEPT_IDLE_MS).unref();
  }
}

function toEvent({ chatId, seq, previousSeq, turnId, type, at, data }: EventEntity): ChatEvent {
  // The row was written from a ChatEvent by ChatLog.
  return { chatId, previousSeq: previousSeq ?? seq - 1, seq, turnId, type, at, data } as ChatEvent;
}
