export interface AcquireOptions {
  /** Longest wait; none by default. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** So many permits; who finds none waits for one, first come first served. */
export class Semaphore {
  private readonly waiters = new Set<() => void>();
  private acquired = 0;

  constructor(private readonly permits: number) {}

  /** Permits that are acquired and not released. */
  get inUse(): number {
    return this.acquired;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /**
   * Resolves with true when a permit is acquired, to be given back by `release`, or with false after `timeoutMs`.
   *
   * @throws the signal's reason when it is aborted before
   */
  acquire({ timeoutMs, signal }: AcquireOptions = {}): Promise<boolean> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.acquired < this.permits) {
      this.acquired += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve, reject) => {
      const leave = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.waiters.delete(admit);
        settle();
      };
      const admit = (): void => leave(() => resolve(true));
      const onAbort = (): void => leave(() => reject(signal?.reason as Error));
      const onTimeout = (): void => leave(() => resolve(false));
      const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.waiters.add(admit);
    });
  }

  /** Hands the permit to the one that has waited longest. */
  release(): void {
    const [next] = this.waiters;
    if (next === undefined) this.acquired -= 1;
    else next();
  }

  /** Does the work with a permit, for which it waits as long as it takes. @throws what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }
}
