import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { Connection } from './connection';
import { FairQueue } from './fair-queue';
import { Group, GroupHandle } from './group';
import { GroupRegistry } from './group-registry';
import { slotsRefused } from './pool-metrics';
import { PoolUnavailableError } from './pool.errors';

/** What waits for a slot. */
export interface SlotRequest {
  readonly group: GroupKey;
  /** The instance that has this thread loaded serves it; null: any instance of the group does. */
  readonly threadId: string | null;
  /** Users are served in turn. */
  readonly userId: string;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** The wait ends then: `performance.now()`, in milliseconds. None: it waits as long as it takes. */
  readonly deadlineMs?: number;
  /**
   * Called when the turn has to wait, and from time to time when that has changed: how many are served before it. Must
   * not throw.
   */
  readonly onQueued?: (position: number) => void;
}

/** The right to run one turn on an instance, whose group is not evicted meanwhile. */
export class TurnSlot {
  private isHeld = true;

  constructor(
    readonly connection: Connection,
    private readonly handle: GroupHandle,
  ) {
    connection.takeTurn();
  }

  get group(): Group {
    return this.handle.group;
  }

  /** Idempotent. */
  release(): void {
    if (this.isHeld) this.keepGroup().release();
  }

  /** Gives back the slot alone; what is returned still holds the group, for another slot in it. Call it once. */
  keepGroup(): GroupHandle {
    this.isHeld = false;
    this.connection.returnTurn();
    return this.handle;
  }
}

/**
 * Between two looks whose position has changed: a queue of a thousand must not write a thousand events at each turn's
 * end.
 */
const REPORT_INTERVAL_MS = 5_000;

interface Waiter {
  readonly request: SlotRequest;
  /** Null while its group is not there, or is being evicted. */
  handle: GroupHandle | null;
  readonly grant: (slot: TurnSlot) => void;
  readonly reject: (error: Error) => void;
  /** The position that was reported last. */
  reported?: number;
}

/**
 * All that waits for a slot, whatever it still lacks: its group, or room on an instance of it. Who waits for the same is
 * served user by user, each one's turns first come first served; one whose own instance is full holds up nobody else.
 *
 * It has no bound: what waits here was admitted before.
 */
export class AcquireQueue {
  private readonly withoutGroup = new FairQueue<Waiter>();
  /** Those that hold their group, by its id; none of the queues is empty. */
  private readonly inGroup = new Map<string, FairQueue<Waiter>>();
  private reporting: NodeJS.Timeout | undefined;
  private isDispatching = false;
  private isStale = false;
  private isStopped = false;

  constructor(private readonly groups: Pick<GroupRegistry, 'acquireExisting' | 'acquire' | 'makeRoom'>) {}

  get length(): number {
    return this.queues.reduce((sum, queue) => sum + queue.length, 0);
  }

  /** How many hold this group and wait for an instance of it. */
  waitingIn(groupId: string): number {
    return this.inGroup.get(groupId)?.length ?? 0;
  }

  /** Ids of the groups that somebody waits for. */
  get wantedGroups(): ReadonlySet<string> {
    return new Set(this.withoutGroup.items.map(({ request }) => groupIdOf(request.group)));
  }

  /**
   * @param held the group, where the caller holds it already; it is released when no slot comes of it
   * @throws the signal's reason, or PoolUnavailableError when it took too long, or the group or the pool stops
   */
  async acquire(request: SlotRequest, held: GroupHandle | null = null): Promise<TurnSlot> {
    const { promise: slot, resolve: grant, reject } = Promise.withResolvers<TurnSlot>();
    const waiter: Waiter = { request, handle: held, grant, reject };
    const { signal } = request;
    const onAbort = (): void => this.drop(waiter, () => signal.reason as Error);
    const timer = this.startTimer(waiter);
    signal.addEventListener('abort', onAbort);
    try {
      this.throwIfEnded(request);
      this.add(waiter);
      return await slot;
    } catch (error) {
      waiter.handle?.release();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** To be called whenever there may be room again. A change that comes of it is served as well, after it. */
  dispatch(): void {
    this.isStale = true;
    if (this.isDispatching) return;
    this.isDispatching = true;
    try {
      while (this.isStale) {
        this.isStale = false;
        this.serve();
      }
    } finally {
      this.isDispatching = false;
    }
  }

  /** Rejects all that wait, and all that come from now on. */
  stop(): void {
    this.isStopped = true;
    const all = this.queues.flatMap((queue) => queue.drain());
    this.inGroup.clear();
    for (const { reject } of all) reject(new PoolUnavailableError('stopping'));
  }

  private get queues(): FairQueue<Waiter>[] {
    return [this.withoutGroup, ...this.inGroup.values()];
  }

  private throwIfEnded({ signal, deadlineMs }: SlotRequest): void {
    signal.throwIfAborted();
    if (this.isStopped) throw new PoolUnavailableError('stopping');
    if (deadlineMs !== undefined && deadlineMs <= performance.now()) throw tooLate();
  }

  private startTimer(waiter: Waiter): NodeJS.Timeout | undefined {
    const { deadlineMs } = waiter.request;
    if (deadlineMs === undefined) return undefined;
    return setTimeout(() => this.drop(waiter, tooLate), Math.max(0, deadlineMs - performance.now()));
  }

  private add(waiter: Waiter): void {
    waiter.handle ??= this.groups.acquireExisting(waiter.request.group);
    this.enqueue(waiter);
    this.dispatch();
    this.reportPosition(waiter);
    this.reportLater();
  }

  /** The others are served at once: it may be that a group was held back for this one. */
  private drop(waiter: Waiter, why: () => Error): void {
    if (!this.queueOf(waiter)?.remove(waiter.request.userId, waiter)) return;
    waiter.reject(why());
    this.dispatch();
  }

  private enqueue(waiter: Waiter): void {
    const queue = this.queueOf(waiter) ?? new FairQueue<Waiter>();
    queue.add(waiter.request.userId, waiter);
    if (waiter.handle !== null) this.inGroup.set(waiter.handle.group.id, queue);
  }

  private queueOf({ handle }: Waiter): FairQueue<Waiter> | undefined {
    return handle === null ? this.withoutGroup : this.inGroup.get(handle.group.id);
  }

  private serve(): void {
    this.assignGroups();
    // Groups that need not be evicted any more are open again to those who wait for them.
    if (this.groups.makeRoom(this.wantedGroups)) this.assignGroups();
    for (const [id, queue] of this.inGroup) {
      queue.serve((waiter) => this.assignInstance(waiter));
      if (queue.length === 0) this.inGroup.delete(id);
    }
  }

  private assignGroups(): void {
    this.withoutGroup.serve((waiter) => {
      waiter.handle = this.groups.acquire(waiter.request.group);
      if (waiter.handle === null) return false;
      this.enqueue(waiter);
      return true;
    });
  }

  /** Returns whether it waits no longer. */
  private assignInstance({ request, handle, grant, reject }: Waiter): boolean {
    if (handle === null) return false;
    if (handle.group.isStopping) {
      reject(new PoolUnavailableError('stopping'));
      return true;
    }
    const connection = handle.group.findRoom(request.threadId);
    if (connection !== null) grant(new TurnSlot(connection, handle));
    return connection !== null;
  }

  private reportPosition(waiter: Waiter): void {
    const ahead = this.queueOf(waiter)?.ahead(waiter.request.userId, waiter) ?? -1;
    if (ahead < 0 || ahead === waiter.reported) return;
    waiter.reported = ahead;
    waiter.request.onQueued?.(ahead);
  }

  private reportLater(): void {
    if (this.reporting !== undefined || this.length === 0) return;
    this.reporting = setTimeout(() => {
      this.reporting = undefined;
      for (const waiter of this.queues.flatMap(({ items }) => items)) this.reportPosition(waiter);
      this.reportLater();
    }, REPORT_INTERVAL_MS).unref();
  }
}

function tooLate(): PoolUnavailableError {
  slotsRefused.inc({ reason: 'timeout' });
  return new PoolUnavailableError('timeout');
}
