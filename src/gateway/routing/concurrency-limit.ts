import { UpstreamError } from '../wire/upstream.error';

/** A call that cannot begin for so long is refused. */
const MAX_WAIT_MS = 60_000;

interface Waiting {
  readonly begin: () => void;
}

/** So many calls at a time, and so many that wait, first come first served. */
export class ConcurrencyLimit {
  private running = 0;
  private readonly queue: Waiting[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /**
   * Waits for a slot; the function that it returns releases it.
   *
   * @throws UpstreamError when the queue is full or the wait too long; the signal's reason when it is aborted.
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.running < this.maxRunning) this.running++;
    else await this.wait(signal);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.release();
    };
  }

  private wait(signal: AbortSignal): Promise<void> {
    if (this.queue.length >= this.maxWaiting) throw busy(`${this.queue.length} calls wait for it already`);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        const index = this.queue.indexOf(waiting);
        if (index >= 0) this.queue.splice(index, 1);
        settle();
      };
      const waiting: Waiting = { begin: () => end(resolve) };
      const abort = (): void => end(() => reject(signal.reason as Error));
      const late = (): void => end(() => reject(busy(`no call of it ended for ${MAX_WAIT_MS / 1000} s`)));
      const timer = setTimeout(late, MAX_WAIT_MS);
      signal.addEventListener('abort', abort, { once: true });
      this.queue.push(waiting);
    });
  }

  /** The slot goes to the next call, or is free. */
  private release(): void {
    const [next] = this.queue;
    if (next === undefined) this.running--;
    else next.begin();
  }
}

const busy = (why: string): UpstreamError =>
  new UpstreamError('rate_limit_exceeded', `is busy: ${why}`, { status: 429, retryAfterMs: 1000 });
