import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { GroupHandle } from './group-handle';
import { GroupContext, Group } from './group';
import { PoolUnavailableError } from './pool.errors';
import { AcquireOptions, AcquireQueue } from './acquire-queue';

/** From the last turn of a group's end: its process ends at once when nothing runs on it. */
const END_GRACE_MS = 0;

/**
 * The groups that are there, each started on first use, and those who wait for one because there are as many as may be.
 *
 * Who waits gets the place of a group that nobody uses, the one that was idle for longest. Where all are in use, the
 * oldest gives way: who comes to it from then on waits behind the others, until its turns have ended and its place is
 * theirs. Else turns that overlap would keep it for ever. One that takes long over it, with a turn that waits for a
 * person, say, is open again, and the next one gives way.
 */
export class GroupRegistry {
  /** Oldest first. */
  private readonly groups = new Map<string, Group>();
  /** Groups whose processes are being ended; their homes are not free yet. */
  private readonly ending = new Map<string, Promise<void>>();
  /** Since when, on the monotonic clock; also those that took too long, until they are free. */
  private readonly givingWay = new Map<string, number>();
  private readonly queue: AcquireQueue<GroupKey, GroupHandle>;
  private isStopping = false;

  /** @param maximum groups at once, those that end included */
  constructor(
    private readonly context: GroupContext,
    private readonly maximum: number,
  ) {
    this.queue = new AcquireQueue((key) => this.findHandle(key), context.config.turnQueueSize);
  }

  get all(): Group[] {
    return [...this.groups.values()];
  }

  /** Turns that wait for a group. */
  get waiting(): number {
    return this.queue.length;
  }

  find(key: GroupKey): Group | undefined {
    return this.groups.get(groupIdOf(key));
  }

  /** The group is there, or one can be opened: not all places are taken by groups that are in use, or promised. */
  admits(key: GroupKey): boolean {
    return this.groups.has(groupIdOf(key)) || this.idle.length > this.missingPlaces;
  }

  /**
   * A handle of the group of this key, which is opened where there is none. Waits while there are as many groups as may
   * be, users in turn.
   *
   * @throws the signal's reason, or PoolUnavailableError when too many wait, it took too long, or the pool stops
   */
  async acquire(key: GroupKey, signal: AbortSignal, options: AcquireOptions): Promise<GroupHandle> {
    if (this.isStopping) throw new PoolUnavailableError('stopping');
    const handle = this.acquireExisting(key);
    if (handle !== null) return handle;
    const entered = this.queue.acquire(key, signal, options);
    this.makePlaces();
    // One that gives up may leave behind a group that gave way for it.
    return entered.finally(() => this.settle());
  }

  /** A group that is not started yet. */
  add(key: GroupKey, size: number): Group {
    const group = new Group(key, size, this.context);
    this.groups.set(group.id, group);
    return group;
  }

  /** Ends a group's processes, without a grace for its turns. */
  async end(group: Group, reason: string): Promise<void> {
    this.context.logger.info({ group: group.id, reason }, `group ends: ${reason}`);
    this.groups.delete(group.id);
    this.givingWay.delete(group.id);
    const ended = group.stop(reason, END_GRACE_MS).finally(() => {
      this.ending.delete(group.id);
      this.settle();
    });
    this.ending.set(group.id, ended);
    await ended;
  }

  /** Ends the group of this key, or waits for its end that has begun. */
  async endOf(key: GroupKey, reason: string): Promise<void> {
    const group = this.find(key);
    await (group === undefined ? this.ending.get(groupIdOf(key)) : this.end(group, reason));
  }

  async stop(reason: string, graceMs: number): Promise<void> {
    this.isStopping = true;
    this.queue.rejectAll(new PoolUnavailableError('stopping'));
    await Promise.all([...this.all.map((group) => group.stop(reason, graceMs)), ...this.ending.values()]);
  }

  /** To be called whenever a group has become free or is gone, or fewer wait. */
  private settle(): void {
    if (this.isStopping || (this.queue.length === 0 && this.givingWay.size === 0)) return;
    this.queue.dispatch();
    this.makePlaces();
  }

  private findHandle(key: GroupKey): GroupHandle | null {
    const id = groupIdOf(key);
    if (this.groups.has(id)) return this.acquireExisting(key);
    return this.freePlaces > 0 && !this.ending.has(id) ? this.handleOf(this.open(key)) : null;
  }

  private acquireExisting(key: GroupKey): GroupHandle | null {
    const group = this.find(key);
    return group === undefined || this.isClosed(group) ? null : this.handleOf(group);
  }

  private handleOf(group: Group): GroupHandle {
    return new GroupHandle(group, () => this.settle());
  }

  private get idle(): Group[] {
    return this.all.filter(({ isInUse }) => !isInUse);
  }

  private get freePlaces(): number {
    return this.maximum - this.groups.size - this.ending.size;
  }

  /** Groups that are waited for and have no place yet, not even one that is becoming free; negative: so many are left. */
  private get missingPlaces(): number {
    const wanted = new Set(this.queue.requests.map(groupIdOf));
    return [...wanted].filter((id) => !this.groups.has(id)).length - this.ending.size - this.freePlaces;
  }

  /** Ends as many idle groups as are needed, and has others give way for the rest. */
  private makePlaces(): void {
    const missing = Math.max(0, this.missingPlaces);
    const idle = this.idle.sort((a, b) => b.idleMs - a.idleMs);
    for (const group of idle.slice(0, missing)) this.endForAnother(group);
    this.giveWay(Math.max(0, missing - idle.length));
  }

  /** @param count groups that are needed of those in use */
  private giveWay(count: number): void {
    const before = this.all.filter((group) => this.isClosed(group));
    const inUse = count === 0 ? [] : this.all.filter(({ isInUse }) => isInUse);
    const slow = inUse.filter(({ id }) => this.isSlow(id));
    const chosen = inUse.filter((group) => !slow.includes(group)).slice(0, count);
    const since = new Map(this.givingWay);
    this.givingWay.clear();
    for (const { id } of [...slow, ...chosen]) this.givingWay.set(id, since.get(id) ?? performance.now());
    // Those that need not give way any more are open again for those who wait for them.
    if (before.some((group) => !chosen.includes(group))) this.queue.dispatch();
  }

  private isClosed({ id }: Group): boolean {
    return this.givingWay.has(id) && !this.isSlow(id);
  }

  private isSlow(id: string): boolean {
    return performance.now() - (this.givingWay.get(id) ?? Infinity) > this.context.limits.drainPatienceMs;
  }

  private endForAnother(group: Group): void {
    this.end(group, 'another one needs its place').catch((error: unknown) => {
      this.context.logger.error({ err: error, group: group.id }, 'a group could not be ended');
    });
  }

  private open(key: GroupKey): Group {
    const group = this.add(key, 1);
    this.context.logger.info({ group: group.id }, 'group starts');
    group.start('somebody needs it').catch((error: unknown) => {
      this.context.logger.error({ err: error, group: group.id }, 'a group could not be started');
    });
    return group;
  }
}
