import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { Group, GroupContext, GroupHandle } from './group';

/** From the last turn of a group's end: its process ends at once when nothing runs on it. */
const END_GRACE_MS = 0;

/**
 * The groups that are there, each started on first use, and which of them are evicted where there are as many as may be.
 *
 * A group that is wanted gets the room of one that nobody uses, the one that was idle for longest. Where all are in use,
 * the oldest is evicted: who comes to it from then on waits with the others, until its turns have ended and it makes
 * room. Else turns that overlap would keep it for ever. One that takes long over it, with a turn that waits for a
 * person, say, is open again, and the next one is evicted instead.
 */
export class GroupRegistry {
  /** Oldest first. */
  private readonly groups = new Map<string, Group>();
  /** Groups whose processes are being ended; their homes are not free yet. */
  private readonly ending = new Map<string, Promise<void>>();
  /** Since when, on the monotonic clock; also those that took too long, until they are free. */
  private readonly evicting = new Map<string, number>();
  private isStopping = false;

  /** @param maximum groups at once, those that end included */
  constructor(
    private readonly context: GroupContext,
    private readonly maximum: number,
  ) {}

  get all(): Group[] {
    return [...this.groups.values()];
  }

  find(key: GroupKey): Group | undefined {
    return this.groups.get(groupIdOf(key));
  }

  /**
   * The group is there, or one can be opened: not all room is taken by groups that are in use, or promised.
   *
   * @param wanted ids of the groups that are waited for
   */
  admits(key: GroupKey, wanted: ReadonlySet<string>): boolean {
    return this.groups.has(groupIdOf(key)) || this.idle.length > this.missingRoom(wanted);
  }

  /** The group of this key; null where there is none, or it is being evicted. */
  acquireExisting(key: GroupKey): GroupHandle | null {
    const group = this.find(key);
    return group === undefined || this.isClosed(group) ? null : group.acquire();
  }

  /** The same; where there is none it is opened, if there is room for it. */
  acquire(key: GroupKey): GroupHandle | null {
    const id = groupIdOf(key);
    if (this.groups.has(id)) return this.acquireExisting(key);
    return this.freeRoom > 0 && !this.ending.has(id) ? this.open(key).acquire() : null;
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
    this.evicting.delete(group.id);
    const ended = group.stop(reason, END_GRACE_MS).finally(() => {
      this.ending.delete(group.id);
      this.context.onChange();
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
    await Promise.all([...this.all.map((group) => group.stop(reason, graceMs)), ...this.ending.values()]);
  }

  /**
   * Ends as many idle groups as are needed, and evicts others for the rest. To be called whenever a group has become free
   * or is gone, or others are waited for.
   *
   * @param wanted ids of the groups that are waited for
   * @returns whether a group that was being evicted is open again
   */
  makeRoom(wanted: ReadonlySet<string>): boolean {
    if (this.isStopping || (wanted.size === 0 && this.evicting.size === 0)) return false;
    const missing = Math.max(0, this.missingRoom(wanted));
    const idle = this.idle.sort((a, b) => b.idleMs - a.idleMs);
    for (const group of idle.slice(0, missing)) this.endForAnother(group);
    return this.evict(Math.max(0, missing - idle.length));
  }

  private get idle(): Group[] {
    return this.all.filter(({ isInUse }) => !isInUse);
  }

  private get freeRoom(): number {
    return this.maximum - this.groups.size - this.ending.size;
  }

  /** Groups that are waited for and have no room yet, not even some that is becoming free; negative: so much is left. */
  private missingRoom(wanted: ReadonlySet<string>): number {
    return [...wanted].filter((id) => !this.groups.has(id)).length - this.ending.size - this.freeRoom;
  }

  /**
   * @param count groups that are needed of those in use
   * @returns whether one that was being evicted is open again
   */
  private evict(count: number): boolean {
    const before = this.all.filter((group) => this.isClosed(group));
    const inUse = count === 0 ? [] : this.all.filter(({ isInUse }) => isInUse);
    const slow = inUse.filter(({ id }) => this.isSlow(id));
    const chosen = inUse.filter((group) => !slow.includes(group)).slice(0, count);
    const since = new Map(this.evicting);
    this.evicting.clear();
    for (const { id } of [...slow, ...chosen]) this.evicting.set(id, since.get(id) ?? performance.now());
    return before.some((group) => !chosen.includes(group));
  }

  private isClosed({ id }: Group): boolean {
    return this.evicting.has(id) && !this.isSlow(id);
  }

  private isSlow(id: string): boolean {
    return performance.now() - (this.evicting.get(id) ?? Infinity) > this.context.limits.drainSoftTimeoutMs;
  }

  private endForAnother(group: Group): void {
    this.end(group, 'another one needs its room').catch((error: unknown) => {
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
