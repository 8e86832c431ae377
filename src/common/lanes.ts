import { Semaphore } from './semaphore';

/** How long somebody waits for what goes before. */
export interface LaneWait {
  readonly signal?: AbortSignal;
  /** Left out: as long as it takes. */
  readonly limit?: { readonly timeoutMs: number; readonly error: Error };
}

/** Does one thing at a time for each key; who comes meanwhile waits, first come first served. */
export class Lanes {
  private readonly lanes = new Map<string, Semaphore>();

  /** @throws the signal's reason, the error of the limit, what the work throws */
  async run<T>(key: string, work: () => Promise<T>, { signal, limit }: LaneWait = {}): Promise<T> {
    const lane = this.lanes.get(key) ?? new Semaphore(1);
    this.lanes.set(key, lane);
    const wait = { ...(signal && { signal }), ...(limit && { timeoutMs: limit.timeoutMs }) };
    if (!(await lane.acquire(wait))) throw limit?.error ?? new Error('the wait has no limit');
    try {
      return await work();
    } finally {
      lane.release();
      if (lane.inUse === 0) this.lanes.delete(key);
    }
  }
}
