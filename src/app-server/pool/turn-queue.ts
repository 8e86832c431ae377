import { placesRefused, placeWaitSeconds } from './admission-metrics';
import { AppServerSession } from './app-server-session';
import { FairQueue } from './fair-queue';
import { PoolUnavailableError } from './pool.errors';
import { TurnPlace } from './turn-place';

export { TurnPlace } from './turn-place';

/** How a turn waits. */
export interface Ticket {
  /** Users are served in turn. */
  readonly userId?: string;
  /** Longest wait; none by default. */
  readonly timeoutMs?: number;
  /**
   * Told when the turn has to wait, and from time to time when that has changed: how many are served before it. Must not
   * throw.
   */
  readonly onQueued?: (position: number) => void;
}

/**
 * Between two looks whose position has changed: a queue of a thousand must not write a thousand events at each turn's
 * end.
 */
const TELL_EVERY_MS = 5_000;

interface Waiter {
  readonly threadId: string | null;
  readonly userId: string;
  readonly grant: (place: TurnPlace) => void;
  readonly reject: (error: Error) => void;
  readonly onQueued?: (position: number) => void;
  /** The position that was told last. */
  told?: number;
}

/** Knows where there is room. */
export interface Placement {
  readonly hasRoom: boolean;
  /** The process that can take a turn of this thread now, or null when the turn has to wait. */
  findRoom(threadId: string | null): AppServerSession | null;
}

/**
 * Turns that wait for a place. The users are served in turn, each one's turns first come first served; a turn whose own
 * instance is full does not hold up the others.
 */
export class TurnQueue {
  private readonly waiters = new FairQueue<Waiter>();
  private telling: NodeJS.Timeout | undefined;

  constructor(
    private readonly placement: Placement,
    private readonly maximum: number,
  ) {}

  get length(): number {
    return this.waiters.length;
  }

  /** @throws the signal's reason, or PoolUnavailableError when too many wait or it took too long */
  async take(threadId: string | null, signal: AbortSignal, ticket: Ticket = {}): Promise<TurnPlace> {
    signal.throwIfAborted();
    if (this.waiters.isFullFor(ticket.userId ?? '', this.maximum)) throw refused('saturated');
    const { place, waiter } = this.wait(threadId, signal, ticket);
    this.dispatch();
    this.tellPosition(waiter);
    this.tellOthersLater();
    return place;
  }

  /** To be called whenever there may be room again. */
  dispatch(): void {
    this.waiters.serve((waiter) => this.tryGrant(waiter));
  }

  rejectAll(error: Error): void {
    this.waiters.drain().forEach(({ reject }) => reject(error));
  }

  private tellPosition(waiter: Waiter): void {
    const ahead = this.waiters.ahead(waiter.userId, waiter);
    if (ahead < 0 || ahead === waiter.told) return;
    waiter.told = ahead;
    waiter.onQueued?.(ahead);
  }

  private tellOthersLater(): void {
    if (this.telling !== undefined || this.length === 0) return;
    this.telling = setTimeout(() => {
      this.telling = undefined;
      for (const waiter of this.waiters.items) this.tellPosition(waiter);
      this.tellOthersLater();
    }, TELL_EVERY_MS).unref();
  }

  private tryGrant({ threadId, grant }: Waiter): boolean {
    const session = this.placement.hasRoom ? this.placement.findRoom(threadId) : null;
    if (session === null) return false;
    grant(new TurnPlace(session, () => this.dispatch()));
    return true;
  }

  private wait(threadId: string | null, signal: AbortSignal, ticket: Ticket) {
    const { promise: place, resolve, reject } = Promise.withResolvers<TurnPlace>();
    const placed = placeWaitSeconds.startTimer();
    const leave = (error: Error): void => {
      this.waiters.remove(waiter.userId, waiter);
      waiter.reject(error);
    };
    const onAbort = (): void => leave(signal.reason as Error);
    const onTimeout = (): void => leave(refused('timeout'));
    const timer = ticket.timeoutMs === undefined ? undefined : setTimeout(onTimeout, ticket.timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const waiter: Waiter = {
      threadId,
      userId: ticket.userId ?? '',
      onQueued: ticket.onQueued,
      grant: (granted) => (settle(), placed(), resolve(granted)),
      reject: (error) => (settle(), reject(error)),
    };
    signal.addEventListener('abort', onAbort);
    this.waiters.add(waiter.userId, waiter);
    return { place, waiter };
  }
}

function refused(reason: 'saturated' | 'timeout'): PoolUnavailableError {
  placesRefused.inc({ reason });
  return new PoolUnavailableError(reason);
}
