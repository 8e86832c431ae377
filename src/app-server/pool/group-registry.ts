import { GroupKey, groupIdOf } from '../../runtime/group-key';
import { placesRefused } from './admission-metrics';
import { GroupContext, InstanceGroup } from './instance-group';
import { PoolUnavailableError } from './pool.errors';

/** From the last turn of a group's end: its process ends at once when nothing runs on it. */
const END_GRACE_MS = 0;

/** The groups that are there, each started on first use. */
export class GroupRegistry {
  private readonly groups = new Map<string, InstanceGroup>();
  /** Groups whose processes are being ended; their homes are not free yet. */
  private readonly ending = new Map<string, Promise<void>>();

  /** @param maximum groups at once, those that end included */
  constructor(
    private readonly context: GroupContext,
    private readonly maximum: number,
  ) {}

  get all(): InstanceGroup[] {
    return [...this.groups.values()];
  }

  find(key: GroupKey): InstanceGroup | undefined {
    return this.groups.get(groupIdOf(key));
  }

  /** The group is there, or one can be opened: not all places are taken by groups that are in use. */
  admits(key: GroupKey): boolean {
    return this.groups.has(groupIdOf(key)) || this.hasPlace || this.all.some(({ idleMs }) => idleMs > 0);
  }

  /**
   * The group of this key; where there is none, it is opened, in the place of the one that was not used for longest if
   * need be.
   *
   * @throws PoolUnavailableError when there are as many groups as may be, and all are in use
   */
  async obtain(key: GroupKey): Promise<InstanceGroup> {
    for (const id = groupIdOf(key); ;) {
      const group = this.groups.get(id);
      if (group !== undefined) return group;
      if (!this.ending.has(id)) this.makePlace();
      const blocking = this.blockersOf(id);
      if (blocking.length === 0) return this.open(key);
      await Promise.race(blocking);
    }
  }

  /** A group that is not started yet. */
  add(key: GroupKey, size: number): InstanceGroup {
    const group = new InstanceGroup(key, size, this.context);
    this.groups.set(group.id, group);
    return group;
  }

  /** Ends a group's processes, without a grace for its turns. */
  async end(group: InstanceGroup, reason: string): Promise<void> {
    this.context.logger.info({ group: group.id, reason }, `group ends: ${reason}`);
    this.groups.delete(group.id);
    const ended = group.stop(reason, END_GRACE_MS).finally(() => void this.ending.delete(group.id));
    this.ending.set(group.id, ended);
    await ended;
  }

  async stop(reason: string, graceMs: number): Promise<void> {
    await Promise.all([...this.all.map((group) => group.stop(reason, graceMs)), ...this.ending.values()]);
  }

  /** What has to end before a group of this id can be opened: its own home, or a place among the groups. */
  private blockersOf(id: string): Promise<void>[] {
    const own = this.ending.get(id);
    if (own !== undefined) return [own];
    return this.hasPlace ? [] : [...this.ending.values()];
  }

  private get hasPlace(): boolean {
    return this.groups.size + this.ending.size < this.maximum;
  }

  private makePlace(): void {
    if (this.hasPlace || this.ending.size > 0) return;
    const [longest] = this.all.filter(({ idleMs }) => idleMs > 0).sort((a, b) => b.idleMs - a.idleMs);
    if (longest === undefined) return;
    this.end(longest, 'another one needs its place').catch((error: unknown) => {
      this.context.logger.error({ err: error, group: longest.id }, 'a group could not be ended');
    });
  }

  private open(key: GroupKey): InstanceGroup {
    if (!this.hasPlace) {
      placesRefused.inc({ reason: 'saturated' });
      throw new PoolUnavailableError('saturated');
    }
    const group = this.add(key, 1);
    this.context.logger.info({ group: group.id }, 'group starts');
    group.start('somebody needs it').catch((error: unknown) => {
      this.context.logger.error({ err: error, group: group.id }, 'a group could not be started');
    });
    return group;
  }
}
