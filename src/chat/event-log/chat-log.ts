import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { eventCommitEvents, eventCommitSeconds, eventsStored } from '../../common/metrics';
import { now } from '../../common/clock';
import { Database } from '../../database/database';
import { isStorageFault } from '../../database/storage-fault';
import { ChatEvent } from './chat-event';
import { ChatRef, EventsWrite, LogEntry, OnStorageFault, PendingEntry } from './log-entry';
import { lastSeqOf, storeEntries } from './stored-log';

const RETRY = { initialMs: 100, maximumMs: 5_000 };
/** How long a deferrable entry waits for what follows: a short answer then shares the commit of its turn's end. */
const COALESCE_MS = 8;
/** Least time between two commits of a stream; a thousand viewers are sent one in not much more. */
const STREAM_COMMITS_MS = 5;
/** After a longer pause what comes is no longer the same stream. */
const STREAM_PAUSE_MS = 50;

/**
 * The log of one chat: commits each event, under the number that the database gives it, and only then publishes it.
 *
 * One commit a chat is under way at a time. What is appended meanwhile waits, deltas of the same message joined, and
 * goes into the next commit, so the log keeps up with any speed at a bounded number of rows.
 */
export class ChatLog {
  private pending: PendingEntry[] = [];
  private flushing = false;
  /** Number of the last event that was published; undefined until it is known. */
  private published: number | undefined;
  /** That number is being read. */
  private reading: Promise<void> | undefined;
  /** The commit that is under way; never rejects. */
  private committing: Promise<void> | undefined;
  private usedAt = performance.now();
  /** When the last commit was, if all of its entries were deferrable. */
  private streamedAt = -Infinity;
  /** Ends the wait for more. */
  private flushNow: (() => void) | undefined;
  /** Resolved when what is pending goes into a commit. */
  private nextCommit = Promise.withResolvers<void>();

  constructor(
    private readonly chat: ChatRef,
    private readonly database: Database,
    private readonly publish: (events: readonly ChatEvent[]) => void,
    private readonly others: readonly EventsWrite[],
  ) {}

  /** Number of the last published event, 0 for none: of a commit that is under way, or else the stored one. */
  async lastSeq(): Promise<number> {
    this.usedAt = performance.now();
    while (this.published === undefined) await (this.committing ?? this.read());
    return this.published;
  }

  /** The same, if it is known. */
  get publishedSeq(): number | undefined {
    return this.published;
  }

  /** Has had no work and no reader for so long: nothing is lost by forgetting this object. */
  isIdleFor(ms: number): boolean {
    return !this.flushing && this.reading === undefined && performance.now() - this.usedAt >= ms;
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

  private read(): Promise<void> {
    this.reading ??= this.readPublished().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readPublished(): Promise<void> {
    this.published ??= await lastSeqOf(this.database, this.chat.chatId);
  }

  private async commit(entries: PendingEntry[]): Promise<void> {
    // What is read meanwhile could have this commit's events in it, which are not published yet.
    await this.reading?.catch(() => undefined);
    const committing = this.store(entries);
    this.committing = committing.then(
      () => undefined,
      () => undefined,
    );
    const numbered = await committing.finally(() => (this.committing = undefined));
    entries.forEach((entry, index) => entry.resolve(numbered[index] ?? []));
  }

  /** Commits and publishes; returns the events of each entry. */
  private async store(entries: readonly PendingEntry[]): Promise<ChatEvent[][]> {
    const committed = eventCommitSeconds.startTimer();
    const at = now();
    const numbered = await this.database.write((tx) => storeEntries(tx, this.chat, entries, at, this.others), {
      lane: this.chat.chatId,
    });
    const events = numbered.flat();
    this.usedAt = performance.now();
    this.streamedAt = isDeferrable(entries) ? this.usedAt : -Infinity;
    this.published = events.at(-1)?.seq ?? this.published;
    if (events.length > 0) {
      committed();
      eventCommitEvents.observe(events.length);
      eventsStored.inc(events.length);
      this.publish(events);
    }
    return numbered;
  }
}

const isDeferrable = (entries: readonly PendingEntry[]): boolean => entries.every(({ deferrable }) => deferrable);

/** Rejects the entries that may be refused; returns the others. */
function refuse(entries: readonly PendingEntry[], error: unknown): PendingEntry[] {
  for (const entry of entries) if (entry.onStorageFault === 'refuse') entry.reject(error);
  return entries.filter((entry) => entry.onStorageFault === 'retry');
}
