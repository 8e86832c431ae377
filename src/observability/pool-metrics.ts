import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { AppServerPool } from '../app-server/pool/pool';
import type { InstanceStatus } from '../app-server/pool/instance';
import { INSTANCE_STATES } from '../app-server/pool/instance-lifecycle';
import { GroupStatus, PoolUsage } from '../app-server/pool/pool-status';
import type { InstanceHoldings } from '../app-server/pool/recycling';
import * as gauges from './gauges';

type Reading = (instance: InstanceStatus, usage: InstanceHoldings | undefined) => number | undefined;

const READINGS: readonly (readonly [Gauge<'app_server'>, Reading])[] = [
  [gauges.instanceTurns, ({ turns }) => turns],
  [gauges.instanceThreads, ({ threads }) => threads],
  [gauges.instanceRequests, ({ requestsInFlight }) => requestsInFlight],
  [gauges.instanceMemory, (_, usage) => usage?.rssBytes],
  [gauges.instanceDescriptors, (_, usage) => usage?.descriptors],
];

/** Measures the pool. */
@Injectable()
export class PoolMetrics {
  constructor(private readonly pool: AppServerPool) {}

  /** Sets the gauges to what is so now; those of instances that are gone end. */
  async measure(): Promise<void> {
    const usage = await this.pool.administration.usage();
    const { instances, waiting, groups } = this.pool.status();
    gauges.ready.set(this.pool.ready ? 1 : 0);
    gauges.waitingTurns.set(waiting);
    gauges.groups.set(groups.length);
    for (const state of INSTANCE_STATES) {
      gauges.instances.set({ state }, instances.filter((one) => one.state === state).length);
    }
    for (const [gauge] of READINGS) gauge.reset();
    for (const group of groups) measureInstances(group, usage);
  }
}

/** Instances of users and chats are summed up: they come and go, and each would leave series behind in Prometheus. */
function measureInstances({ key, instances }: GroupStatus, usage: PoolUsage): void {
  for (const instance of instances) {
    const label = { app_server: key.kind === 'shared' ? instance.id : 'all' };
    for (const [gauge, read] of READINGS) {
      const value = read(instance, usage.get(instance.id));
      if (value !== undefined) gauge.inc(label, value);
    }
  }
}
