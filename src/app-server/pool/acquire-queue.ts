import { slotsRefused } from './admission-metrics';
import { FairQueue } from './fair-queue';
import { PoolUnavailableError } from './pool.errors';

/** How a turn waits. */
export interface AcquireOptions {
  /** Users are served in turn. */
  readonly userId?: string;
  /** Longest wait; none by default. */
  readonly timeoutMs?: number;
  /**
   * Called when the turn has to wait, and from time to time when that has changed: how many are served before it. Must not
   * throw.
   */
  readonly onQueued?: (position: number) => void;
}

/**
 * The same request when a part of its time has passed.
 *
 * @param sinceMs when it began, on the monotonic clock
 * @throws PoolUnavailableError when no time is left
 */
export function withTimeLeft(options: AcquireOptions, sinceMs: number): AcquireOptions {
  if (options.timeoutMs === undefined) return options;
  const timeoutMs = options.timeoutMs - (performance.now() - sinceMs);
  if (timeoutMs <= 0) throw refused('timeout');
  return { ...options, timeoutMs };
}

/**
 * Between two looks whose position has changed: a queue of a thousand must not write a thousand events at each turn's
 * end.
 */
const REPORT_INTERVAL_MS = 5_000;

interface Waiter<Request, Slot> {
  readonly request: Request;
  readonly userId: string;
  readonly grant: (slot: Slot) => void;
  readonly reject: (error: Error) => void;
  readonly onQueued?: (position: number) => void;
  /** The position that was reported last. */
  reported?: number;
}

/**
 * Turns that wait for a slot. The users are served in turn, each one's turns first come first served; a turn whose own
 * slot is taken does not hold up the others.
 */
export class AcquireQueue<Request, Slot> {
  private readonly waiters = new FairQueue<Waiter<Request, Slot>>();
  private reporting: NodeJS.Timeout | undefined;

  /**
   * @param findSlot acquires the slot that fulfils the request now; null when there is none
   * @param maximum that may wait
   */
  constructor(
    private readonly findSlot: (request: Request) => Slot | null,
    private readonly maximum: number,
  ) {}

  get length(): number {
    return this.waiters.length;
  }

  /** What is waited for. */
  get requests(): Request[] {
    return this.waiters.items.map(({ request }) => request);
  }

  /** @throws the signal's reason, or PoolUnavailableError when too many wait or it took too long */
  async acquire(request: Request, signal: AbortSignal, options: AcquireOptions = {}): Promise<Slot> {
    signal.throwIfAborted();
    if (this.waiters.isFullFor(options.userId ?? '', this.maximum)) throw refused('saturated');
    const { slot, waiter } = this.wait(request, signal, options);
    this.dispatch();
    this.reportPosition(waiter);
    this.reportLater();
    return slot;
  }

  /** To be called whenever there may be a slot again. */
  dispatch(): void {
    this.waiters.serve(({ request, grant }) => {
      const slot = this.findSlot(request);
      if (slot !== null) grant(slot);
      return slot !== null;
    });
  }

  rejectAll(error: Error): void {
    this.waiters.drain().forEach(({ reject }) => reject(error));
  }

  private reportPosition(waiter: Waiter<Request, Slot>): void {
    const ahead = this.waiters.ahead(waiter.userId, waiter);
    if (ahead < 0 || ahead === waiter.reported) return;
    waiter.reported = ahead;
    waiter.onQueued?.(ahead);
  }

  private reportLater(): void {
    if (this.reporting !== undefined || this.length === 0) return;
    this.reporting = setTimeout(() => {
      this.reporting = undefined;
      for (const waiter of this.waiters.items) this.reportPosition(waiter);
      this.reportLater();
    }, REPORT_INTERVAL_MS).unref();
  }

  private wait(request: Request, signal: AbortSignal, options: AcquireOptions) {
    const { promise: slot, resolve, reject } = Promise.withResolvers<Slot>();
    const leave = (error: Error): void => {
      this.waiters.remove(waiter.userId, waiter);
      waiter.reject(error);
    };
    const onAbort = (): void => leave(signal.reason as Error);
    const onTimeout = (): void => leave(refused('timeout'));
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(onTimeout, options.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const waiter: Waiter<Request, Slot> = {
      request,
      userId: options.userId ?? '',
      onQueued: options.onQueued,
      grant: (granted) => (settle(), resolve(granted)),
      reject: (error) => (settle(), reject(error)),
    };
    signal.addEventListener('abort', onAbort);
    this.waiters.add(waiter.userId, waiter);
    return { slot, waiter };
  }
}

function refused(reason: 'saturated' | 'timeout'): PoolUnavailableError {
  slotsRefused.inc({ reason });
  return new PoolUnavailableError(reason);
}
