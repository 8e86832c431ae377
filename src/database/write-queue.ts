import { commitFailures, commitSeconds, commitWrites } from '../common/metrics';
import type { Writer } from './writer';
import { isStorageFault } from './storage-fault';
import { WriteTransaction } from './write-transaction';

/** Work on the database that may be run again from the start: it must have no other effect than its statements. */
export interface Write<T> {
  (tx: WriteTransaction): Promise<T>;
  /** It is a single statement, which needs no BEGIN and COMMIT where it is alone. */
  readonly isStatement?: true;
}

/** Marks work that is a single statement. */
export const oneStatement = <T>(run: (tx: WriteTransaction) => Promise<T>): Write<T> =>
  Object.assign(run, { isStatement: true } as const);

/** All of it, in this order. */
export function together(writes: readonly Write<unknown>[]): Write<unknown> {
  const [only, ...more] = writes;
  if (only !== undefined && more.length === 0) return only;
  return async (tx) => {
    for (const write of writes) await write(tx);
  };
}

interface QueuedWrite {
  readonly run: Write<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_BATCH = 256;

/**
 * The only way to change the database, through one connection: one transaction at a time, and all writes that wait while
 * one commits go together into the next (group commit).
 *
 * When a write of a batch fails, the batch is rolled back and each of its writes runs in a transaction of its own, so that
 * one bad write harms no other. Unless the database, or another process's lock, is to blame: each write alone would wait
 * for it as long as all of them did.
 */
export class WriteQueue {
  private readonly queued: QueuedWrite[] = [];
  private running: Promise<void> | undefined;
  private failing = false;

  constructor(private readonly writer: Writer) {}

  /** Writes that wait for the next transaction. */
  get length(): number {
    return this.queued.length;
  }

  /** The last transaction failed by the disk, a lock of another process, or because the database could not be reached. */
  get isFailing(): boolean {
    return this.failing || this.writer.isUncertain;
  }

  /** Nobody knows whether the last transaction was committed: the server that does is away. */
  get isUncertain(): boolean {
    return this.writer.isUncertain === true;
  }

  /** Resolves with what `run` returned once its transaction is committed. Writes commit in the order of these calls. */
  write<T>(run: Write<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queued.push({ run, resolve: resolve as (result: unknown) => void, reject });
      this.running ??= this.drain();
    });
  }

  /** Resolves when nothing is queued or being committed. */
  async idle(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Commits what is queued and gives the connection back. */
  async close(): Promise<void> {
    await this.idle();
    await this.writer.close();
  }

  private async drain(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.queued.length > 0) await this.commit(this.queued.splice(0, MAX_BATCH));
    } finally {
      this.running = undefined;
    }
  }

  private async commit(batch: QueuedWrite[]): Promise<void> {
    try {
      const timed = commitSeconds.startTimer();
      const results = await this.transact(batch);
      timed();
      this.failing = false;
      commitWrites.observe(batch.length);
      batch.forEach((write, index) => write.resolve(results[index]));
    } catch (error) {
      commitFailures.inc();
      this.failing = isStorageFault(error);
      if (batch.length === 1 || isStorageFault(error)) for (const write of batch) write.reject(error);
      else for (const write of batch) await this.commit([write]);
    }
  }

  private transact(batch: readonly QueuedWrite[]): Promise<unknown[]> {
    const isStatement = batch.length === 1 && batch[0]?.run.isStatement === true;
    return this.writer.transact(async (context) => {
      const results: unknown[] = [];
      for (const { run } of batch) results.push(await WriteTransaction.during(context, run));
      return results;
    }, isStatement);
  }
}
