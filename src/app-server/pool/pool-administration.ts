import { newId } from '../../common/ids';
import { ComponentLogger } from '../../common/logger';
import { SelectionStrategyName } from '../../config/pool.config';
import { SHARED } from '../../runtime/group-key';
import { GroupRegistry } from './group-registry';
import { Group, PoolSettings } from './group';
import { InstanceSupervisor } from './instance-supervisor';
import { PoolUsage, ThreadStatus } from './pool-status';
import { FixedSizeError, InstanceStateError, UnknownInstanceError } from './pool.errors';
import { holdingsOf } from './recycling';
import type { Transition } from './instance-lifecycle';

export interface RecordedTransition extends Transition {
  readonly id: string;
  readonly instanceId: string;
  readonly groupId: string;
}

/** Enough for a hundred restarts; an entry is a few hundred bytes. */
const KEPT = 500;

/** The newest changes of state in the whole pool, those of instances that are gone included. */
export class TransitionHistory {
  private entries: RecordedTransition[] = [];

  constructor(private readonly kept = KEPT) {}

  record(groupId: string, instanceId: string, transition: Transition): void {
    this.entries.push({ id: newId(), groupId, instanceId, ...transition });
    if (this.entries.length > this.kept) this.entries.shift();
  }

  /** Newest first. @param instanceId of one instance only */
  newest(instanceId?: string): RecordedTransition[] {
    const wanted = this.entries.filter((entry) => instanceId === undefined || entry.instanceId === instanceId);
    return wanted.reverse();
  }
}

/** What an operator can see of the pool and do to it while it runs. No call of these fails a turn. */
export class PoolAdministration {
  constructor(
    private readonly groups: GroupRegistry,
    private readonly current: PoolSettings,
    private readonly history: TransitionHistory,
    private readonly logger: ComponentLogger,
  ) {}

  /** As they are now; at the start those of the configuration. */
  get settings(): Readonly<PoolSettings> {
    return this.current;
  }

  /** What the running instances hold. Asks the operating system alone: a process that hangs does not hold it up. */
  async usage(): Promise<PoolUsage> {
    const instances = this.groups.all.flatMap(({ instances }) => instances.all);
    const usages = await Promise.all(instances.map(async (one) => [one.id, await holdingsOf(one)] as const));
    return new Map(usages.flatMap(([id, usage]) => (usage === null ? [] : [[id, usage] as const])));
  }

  /** The threads that are loaded. */
  threads(): ThreadStatus[] {
    return this.groups.all.flatMap((group) => group.threads());
  }

  /** The newest changes of state, newest first; of one instance, also one that is gone, or of all. */
  transitions(instanceId?: string): RecordedTransition[] {
    return this.history.newest(instanceId);
  }

  /**
   * Lets the instance's turns end and stops it until it is restarted; that of a user or a chat, who have no other, for
   * good, with another in its place. Returns when that has begun.
   *
   * @throws UnknownInstanceError, InstanceStateError when it does not run
   */
  drain(instanceId: string): void {
    const { member, group } = this.find(instanceId);
    if (!member.canDrain) throw new InstanceStateError(instanceId, member.instance.lifecycle.state);
    const reason = 'drained by an administrator';
    const hasOne = group.key.kind !== 'shared';
    this.inBackground(
      instanceId,
      hasOne ? group.instances.recycleInTurn(member, reason, 'admin') : member.suspend(reason),
    );
  }

  /**
   * Starts a process where none runs, also out of quarantine; replaces one that runs when its turns have ended, after
   * those of its group that are being replaced already. Returns when that has begun.
   *
   * @throws UnknownInstanceError, InstanceStateError when it is starting or draining
   */
  restart(instanceId: string): void {
    const { member, group } = this.find(instanceId);
    const reason = 'restarted by an administrator';
    if (member.canRestart) return this.inBackground(instanceId, member.restart(reason, 'admin'));
    if (!member.canDrain) throw new InstanceStateError(instanceId, member.instance.lifecycle.state);
    this.inBackground(instanceId, group.instances.recycleInTurn(member, reason, 'admin'));
  }

  /** Replaces every instance, one at a time in each group, for settings that a process reads only at its start. */
  async renew(reason: string): Promise<void> {
    await Promise.all(this.groups.all.map(({ instances }) => instances.renew(reason)));
  }

  /** Starts or ends instances of the shared group until it has so many. @throws FixedSizeError when there is none */
  resize(size: number): void {
    const shared = this.groups.find(SHARED);
    if (shared === undefined) throw new FixedSizeError();
    this.logger.info({ from: this.current.size, to: size }, 'the shared pool is resized by an administrator');
    this.current.size = size;
    shared.instances.resize(size, 'the pool is resized by an administrator');
  }

  /** Chooses instances for new threads by another strategy from now on. */
  select(strategy: SelectionStrategyName): void {
    const from = this.current.selectionStrategy;
    this.logger.info({ from, to: strategy }, 'the selection strategy is changed by an administrator');
    this.current.selectionStrategy = strategy;
    for (const group of this.groups.all) group.select(strategy);
  }

  private find(instanceId: string): { group: Group; member: InstanceSupervisor } {
    for (const group of this.groups.all) {
      const member = group.instances.find(instanceId);
      if (member !== undefined) return { group, member };
    }
    throw new UnknownInstanceError(instanceId);
  }

  private inBackground(instanceId: string, work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.logger.error({ err: error, instance: instanceId }, 'an order was not carried out'),
    );
  }
}
