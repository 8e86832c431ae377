import { ComponentLogger } from '../../common/logger';
import { PoolConfig } from '../../config/pool.config';
import { GroupRegistry } from './group-registry';
import { Group } from './group';
import { PoolLimits } from './pool-limits';
import { reasonToRecycle, usageOf } from './recycling';

/** What is looked after from time to time: idle groups and threads, and instances that have grown too large or old. */
export class Housekeeping {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly groups: GroupRegistry,
    private readonly config: PoolConfig,
    private readonly limits: PoolLimits,
    private readonly logger: ComponentLogger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.clean(), this.config.cleanupIntervalSeconds * 1000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private clean(): void {
    for (const group of this.groups.all) {
      const isIdle = group.key.kind !== 'shared' && group.idleMs >= this.config.idleTimeoutSeconds * 1000;
      const work = isIdle ? this.groups.end(group, 'nothing has used it for long') : this.tidy(group);
      work.catch((error: unknown) => this.logger.error({ err: error, group: group.id }, 'a group was not cleaned'));
    }
  }

  private async tidy(group: Group): Promise<void> {
    group.unloadIdleThreads(this.limits.threadIdleMs);
    for (const instance of group.instances.all) {
      const usage = await usageOf(instance);
      const reason = usage && reasonToRecycle(usage, this.config);
      const member = group.instances.find(instance.id);
      if (reason && member) await group.instances.recycle(member, reason, 'recycle');
    }
  }
}
