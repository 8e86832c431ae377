import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, register } from 'prom-client';
import { AppServerPool, type PoolStatus } from '../app-server/pool/app-server-pool';

const PREFIX = 'codex_relay_';
const STATES = ['starting', 'ready', 'draining', 'backing-off', 'quarantined', 'stopped'] as const;

/** What the pool looks like at the moment it is asked. */
@Injectable()
export class PoolMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly names: string[] = [];

  constructor(private readonly pool: AppServerPool) {}

  onModuleInit(): void {
    // The registry is the process's, which may run several applications, as tests do.
    if (!register.getSingleMetric(`${PREFIX}process_cpu_user_seconds_total`)) collectDefaultMetrics({ prefix: PREFIX });
    this.gauge('codex_relay_instances', 'App-server processes, by state', ['state'], (gauge, { instances }) => {
      for (const state of STATES) gauge.set({ state }, instances.filter((one) => one.state === state).length);
    });
    this.perInstance('codex_relay_instance_turns', 'Turns that an app-server runs', ({ turns }) => turns);
    this.perInstance('codex_relay_instance_threads', 'Threads that an app-server has loaded', ({ threads }) => threads);
    this.perInstance('codex_relay_instance_restarts', 'Restarts of an app-server', ({ restarts }) => restarts);
    this.gauge('codex_relay_pool_waiting', 'Turns that wait for a place in the pool', [], (gauge, { waiting }) => {
      gauge.set(waiting);
    });
  }

  onModuleDestroy(): void {
    for (const name of this.names) register.removeSingleMetric(name);
  }

  private perInstance(name: string, help: string, valueOf: (one: PoolStatus['instances'][number]) => number): void {
    this.gauge(name, help, ['instance'], (gauge, { instances }) => {
      for (const one of instances) gauge.set({ instance: one.id }, valueOf(one));
    });
  }

  private gauge<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    collect: (gauge: Gauge<L>, status: PoolStatus) => void,
  ): void {
    this.names.push(name);
    const status = (): PoolStatus => this.pool.status();
    new Gauge<L>({
      name,
      help,
      labelNames,
      collect() {
        collect(this, status());
      },
    });
  }
}
