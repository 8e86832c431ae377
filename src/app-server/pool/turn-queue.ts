import { AppServerSession } from './app-server-session';
import { PoolUnavailableError } from './pool.errors';

/** The right to run one turn on an instance, until it is given back. */
export class TurnPlace {
  private held = true;

  constructor(
    readonly session: AppServerSession,
    private readonly onReturned: () => void,
  ) {
    session.takeTurn();
  }

  /** Idempotent. */
  giveBack(): void {
    if (!this.held) return;
    this.held = false;
    this.session.returnTurn();
    this.onReturned();
  }
}

interface Waiter {
  readonly threadId: string | null;
  readonly grant: (place: TurnPlace) => void;
  readonly reject: (error: Error) => void;
}

/** Knows where there is room. */
export interface Placement {
  readonly hasRoom: boolean;
  /** The process that can take a turn of this thread now, or null when the turn has to wait. */
  findRoom(threadId: string | null): AppServerSession | null;
}

/**
 * Turns that wait for a place, first come first served; one whose own instance is full does not hold up the others.
 */
export class TurnQueue {
  private waiters: Waiter[] = [];

  constructor(
    private readonly placement: Placement,
    private readonly maximum: number,
  ) {}

  get length(): number {
    return this.waiters.length;
  }

  /** @throws the signal's reason, or PoolUnavailableError when too many wait */
  async take(threadId: string | null, signal: AbortSignal): Promise<TurnPlace> {
    signal.throwIfAborted();
    if (this.waiters.length >= this.maximum) throw new PoolUnavailableError('saturated');
    const place = this.wait(threadId, signal);
    this.dispatch();
    return place;
  }

  /** To be called whenever there may be room again. */
  dispatch(): void {
    if (!this.placement.hasRoom) return;
    this.waiters = this.waiters.filter((waiter) => !this.tryGrant(waiter));
  }

  rejectAll(error: Error): void {
    this.waiters.splice(0).forEach(({ reject }) => reject(error));
  }

  private tryGrant({ threadId, grant }: Waiter): boolean {
    const session = this.placement.findRoom(threadId);
    if (session === null) return false;
    grant(new TurnPlace(session, () => this.dispatch()));
    return true;
  }

  private wait(threadId: string | null, signal: AbortSignal): Promise<TurnPlace> {
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const waiter: Waiter = {
        threadId,
        grant: (place) => settle(() => resolve(place)),
        reject: (error) => settle(() => reject(error)),
      };
      const onAbort = (): void => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        waiter.reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort);
      this.waiters.push(waiter);
    });
  }
}
