import { now } from '../common/clock';
import type { ComponentLogger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { isStorageFault } from '../database/storage-fault';

/** What was stored is committed by then, mostly. */
const AFTER_STORED_MS = 15;
/** Retries come due, and other processes leave something behind. */
const CHECK_MS = 1_000;

/** Something that is due. */
export interface Due {
  readonly id: string;
  /** Whom it is for. */
  readonly targetId: string;
  /** Whose target it is: a user or a project. */
  readonly ownerId: string;
  readonly dueAt: string;
  /** Calls of the target that may be under way at a time. */
  readonly concurrency: number;
}

/** An outbox as whoever sends it sees it. `T` is what was claimed for one attempt. */
export interface OutboxQueue<T> {
  /** The first of those that are due. @param busy targets that take no more now */
  due(busy: readonly string[]): Promise<readonly Due[]>;
  /** Takes it for one attempt. @returns undefined where another process has, or it is gone */
  claim(due: Due): Promise<T | undefined>;
  /** Gives it back, due at a time, as if the attempt had not been begun. */
  giveBack(claimed: T, dueAt: string): Promise<void>;
  /** How many wait for an attempt, or a further one. */
  pending(): Promise<number>;
}

/** How what is in an outbox is sent. */
export interface OutboxTerms<T> {
  /** Makes the attempt, and stores what came of it. @throws what `stopped` was aborted with */
  readonly attempt: (claimed: T, stopped: AbortSignal) => Promise<void>;
  /** Calls that are under way at a time, over all targets. */
  readonly callsMax: number;
  /** Told after each look how many wait. */
  readonly gauge: { set(count: number): void };
  readonly logger: ComponentLogger;
}

/**
 * Sends what is in an outbox, so many calls at a time, and so many to each target. An owner of targets that do not answer leaves room
 * for others: it begins a call only while more places are free than it has. Several processes may: each row is claimed by
 * one for the time of an attempt, and what could not be stored of it is done again once that time is over.
 */
export class OutboxDispatcher<T> {
  private readonly checks = new RegularCheck(() => this.pass(), CHECK_MS);
  private readonly stopped = new AbortController();
  /** Calls under way, by target, and by owner. */
  private readonly byTarget = new Map<string, number>();
  private readonly byOwner = new Map<string, number>();
  private readonly underWay = new Set<Promise<void>>();
  private passing: Promise<void> | undefined;
  /** Something came while it was being looked. */
  private again = false;
  private soon: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: OutboxQueue<T>,
    private readonly terms: OutboxTerms<T>,
  ) {}

  start(): void {
    this.checks.startNow();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.soon);
    await this.checks.stop();
    await this.passing;
    await Promise.all(this.underWay);
  }

  /** Something may be due. Never throws and never waits. */
  wake(): void {
    if (this.stopped.signal.aborted) return;
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      void this.pass();
    }, AFTER_STORED_MS).unref();
  }

  /** Begins what is due, as far as there is room for it. Never throws. */
  private async pass(): Promise<void> {
    if (this.passing !== undefined) {
      this.again = true;
      return this.passing;
    }
    this.passing = this.beginDue()
      .catch((error: unknown) => this.terms.logger.warn({ err: error }, 'what is to be sent could not be read'))
      .finally(() => (this.passing = undefined));
    await this.passing;
    if (!this.again) return;
    this.again = false;
    this.wake();
  }

  private async beginDue(): Promise<void> {
    const busy = new Set<string>();
    for (let isMore = true; isMore && this.hasRoom;) {
      isMore = false;
      for (const due of await this.queue.due([...busy])) {
        if (!this.hasRoom) break;
        const { targetId } = due;
        if (this.takes(due)) isMore = (await this.begin(due)) || isMore;
        else if (!busy.has(targetId)) {
          // What is behind all that waits for it comes with the next look.
          busy.add(targetId);
          isMore = true;
        }
      }
    }
    this.terms.gauge.set(await this.queue.pending());
  }

  private get hasRoom(): boolean {
    return !this.stopped.signal.aborted && this.free > 0;
  }

  private get free(): number {
    return this.terms.callsMax - this.underWay.size;
  }

  private takes({ targetId, ownerId, concurrency }: Due): boolean {
    return (this.byTarget.get(targetId) ?? 0) < concurrency && (this.byOwner.get(ownerId) ?? 0) < this.free;
  }

  private async begin(due: Due): Promise<boolean> {
    const claimed = await this.queue.claim(due);
    if (claimed === undefined) return false;
    const { targetId, ownerId } = due;
    count(this.byTarget, targetId, 1);
    count(this.byOwner, ownerId, 1);
    const call = this.make(due.id, claimed).finally(() => {
      count(this.byTarget, targetId, -1);
      count(this.byOwner, ownerId, -1);
      this.underWay.delete(call);
      this.wake();
    });
    this.underWay.add(call);
    return true;
  }

  /** Never throws. */
  private async make(id: string, claimed: T): Promise<void> {
    try {
      await this.terms.attempt(claimed, this.stopped.signal);
    } catch (error) {
      if (this.stopped.signal.aborted) await this.queue.giveBack(claimed, now()).catch(() => undefined);
      else if (!isStorageFault(error))
        this.terms.logger.error({ err: error, delivery: id }, 'an attempt could not be made');
    }
  }
}

function count(calls: Map<string, number>, id: string, more: 1 | -1): void {
  const left = (calls.get(id) ?? 0) + more;
  if (left === 0) calls.delete(id);
  else calls.set(id, left);
}
