import { insert } from '../../database/rows';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { eventCommitEvents, eventCommitSeconds, eventsStored } from '../../common/metrics';
import { now } from '../../common/clock';
import { Database } from '../../database/database';
import { together, Write } from '../../database/write-queue';
import { isStorageFault } from '../../database/storage-fault';
import { EventEntity } from '../entities/event.entity';
import { ChatEvent, EventDraft } from './chat-event';
import { ChatRef, LogEntry, OnStorageFault, PendingEntry } from './log-entry';

const RETRY = { initialMs: 100, maximumMs: 5_000 };
/** SQLite allows 32,766 variables a statement; an event has seven. */
const MAX_ROWS_PER_INSERT = 500;
/** How long a deferrable entry waits for what follows: a short answer then shares the commit of its turn's end. */
const COALESCE_MS = 8;
/** Least time between two commits of a stream; a thousand viewers are sent one in not much more. */
const STREAM_COMMITS_MS = 5;
/** After a longer pause what comes is no longer the same stream. */
const STREAM_PAUSE_MS = 50;

/**
 * The log of one chat: gives each event its number, commits it, and only then publishes it.
 *
 * One commit a chat is under way at a time. What is appended meanwhile waits, deltas of the same message joined, and
 * goes into the next commit, so the log keeps up with any speed at a bounded number of rows.
 */
export class ChatLog {
  private pending: PendingEntry[] = [];
  private flushing = false;
  private last = 0;
  /** When the last commit was, if all of its entries were deferrable. */
  private streamedAt = -Infinity;
  /** Ends the wait for more. */
  private flushNow: (() => void) | undefined;
  /** Resolved when what is pending goes into a commit. */
  private nextCommit = Promise.withResolvers<void>();
  private loading: Promise<void> | undefined;
  /** `lastSeq` is known. */
  loaded = false;

  constructor(
    private readonly chat: ChatRef,
    private readonly database: Database,
    private readonly publish: (events: readonly ChatEvent[]) => void,
  ) {}

  /** Reads the number of the last event from the database, once. */
  load(): Promise<void> {
    this.loading ??= this.readLast().catch((error: unknown) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  /** Number of the last published event, 0 for none; valid after `load`. */
  get lastSeq(): number {
    return this.last;
  }

  /** Nothing would be lost by forgetting this object. */
  get idle(): boolean {
    return !this.flushing;
  }

  /** How many appends wait for their commit, those whose deltas were joined counted one by one. */
  get backlog(): number {
    return this.pending.reduce((count, entry) => count + entry.appends, 0);
  }

  /** Resolves when no more than so many appends wait for their commit. */
  async backlogAtMost(maximum: number): Promise<void> {
    while (this.backlog > maximum) await this.nextCommit.promise;
  }

  /** Resolves with the numbered events once they are committed and published. */
  append(entry: LogEntry, onStorageFault: OnStorageFault): Promise<readonly ChatEvent[]> {
    const last = this.pending.at(-1);
    if (last?.join(entry)) return last.committed;
    const pending = new PendingEntry(entry, onStorageFault);
    this.pending.push(pending);
    if (!this.flushing) void this.flush();
    else if (!pending.deferrable) this.flushNow?.();
    return pending.committed;
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    for (let faults = 0; this.pending.length > 0;) {
      await this.coalesce();
      const entries = this.pending.splice(0);
      this.nextCommit.resolve();
      this.nextCommit = Promise.withResolvers();
      const fault = await this.commitOrSplit(entries);
      if (fault.length === 0) faults = 0;
      else {
        this.pending.unshift(...fault);
        await sleep(backoffDelayMs(faults++, RETRY));
      }
    }
    this.flushing = false;
  }

  /**
   * Waits a moment for more, while all that is pending may wait. In a stream the moment counts from the last commit: to
   * send it to a thousand viewers has taken as long.
   */
  private async coalesce(): Promise<void> {
    const sinceStreamMs = performance.now() - this.streamedAt;
    const waitMs = sinceStreamMs < STREAM_PAUSE_MS ? STREAM_COMMITS_MS - sinceStreamMs : COALESCE_MS;
    if (waitMs <= 0 || !isDeferrable(this.pending)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.flushNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.flushNow = undefined;
  }

  /** Commits the entries together; a bad one is found by committing one by one. Returns those to try again. */
  private async commitOrSplit(entries: PendingEntry[]): Promise<PendingEntry[]> {
    try {
      await this.commit(entries);
      return [];
    } catch (error) {
      if (isStorageFault(error)) return this.afterStorageFault(entries, error);
      if (entries.length === 1) entries[0]?.reject(error);
      else return this.commitOneByOne(entries);
      return [];
    }
  }

  private async commitOneByOne(entries: PendingEntry[]): Promise<PendingEntry[]> {
    for (const [index, entry] of entries.entries()) {
      const again = await this.commitOrSplit([entry]);
      if (again.length > 0) return [...again, ...entries.slice(index + 1)];
    }
    return [];
  }

  /** Rejects at once what may be refused, also what came meanwhile: when the fault ends is not known. */
  private afterStorageFault(entries: PendingEntry[], error: unknown): PendingEntry[] {
    this.pending = refuse(this.pending, error);
    return refuse(entries, error);
  }

  private async readLast(): Promise<void> {
    this.last = (await this.database.read.maximum(EventEntity, 'seq', { chatId: this.chat.chatId })) ?? 0;
    this.loaded = true;
  }

  private async commit(entries: PendingEntry[]): Promise<void> {
    await this.load();
    const committed = eventCommitSeconds.startTimer();
    const at = now();
    const number = this.numbering(at);
    const numbered = entries.map((entry) => entry.events.map(number));
    const events = numbered.flat();
    const rows = events.map((event) => ({ ...event, userId: this.chat.userId }));
    const writes = entries.flatMap((entry): readonly Write<unknown>[] => entry.writes);
    await this.database.write(together([...writes, ...insertsOf(rows)]), { lane: this.chat.chatId });
    this.streamedAt = isDeferrable(entries) ? performance.now() : -Infinity;
    this.last += events.length;
    if (events.length > 0) {
      committed();
      eventCommitEvents.observe(events.length);
      eventsStored.inc(events.length);
      this.publish(events);
    }
    entries.forEach((entry, index) => entry.resolve(numbered[index] ?? []));
  }

  private numbering(at: string): (draft: EventDraft) => ChatEvent {
    let seq = this.last;
    return (draft) => ({ chatId: this.chat.chatId, seq: ++seq, ...draft, at });
  }
}

const isDeferrable = (entries: readonly PendingEntry[]): boolean => entries.every(({ deferrable }) => deferrable);

function* insertsOf(rows: readonly EventEntity[]): Generator<Write<unknown>> {
  for (let start = 0; start < rows.length; start += MAX_ROWS_PER_INSERT) {
    yield insert(EventEntity, rows.slice(start, start + MAX_ROWS_PER_INSERT));
  }
}

/** Rejects the entries that may be refused; returns the others. */
function refuse(entries: readonly PendingEntry[], error: unknown): PendingEntry[] {
  for (const entry of entries) if (entry.onStorageFault === 'refuse') entry.reject(error);
  return entries.filter((entry) => entry.onStorageFault === 'retry');
}
