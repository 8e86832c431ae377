import { PoolConfig } from '../../config/pool.config';
import { processUsage, ProcessUsage } from '../process/process-usage';
import { Instance } from './instance';

/** Deadline of the question how many threads an instance has loaded. */
const ASK_TIMEOUT_MS = 5_000;

export interface InstanceHoldings extends ProcessUsage {
  readonly ageMs: number;
}

export interface InstanceUsage extends InstanceHoldings {
  readonly loadedThreads: number;
}

export type RecycleLimits = Pick<
  PoolConfig,
  'recycleRssMb' | 'recycleAgeSeconds' | 'recycleThreads' | 'recycleDescriptors'
>;

/** What a running instance holds, as the operating system says; null when none runs or it cannot be told. */
export async function holdingsOf({ connection }: Instance): Promise<InstanceHoldings | null> {
  const pid = connection?.process.pid ?? null;
  if (connection === null || pid === null) return null;
  const usage = await processUsage(pid);
  return usage && { ...usage, ageMs: connection.ageMs };
}

/** The same with the threads that codex itself counts as loaded, which it is asked for. */
export async function usageOf(instance: Instance): Promise<InstanceUsage | null> {
  const { connection, threads } = instance;
  if (connection === null) return null;
  const asked = connection.loadedThreads(ASK_TIMEOUT_MS).catch(() => []);
  const [holdings, loaded] = await Promise.all([holdingsOf(instance), asked]);
  return holdings && { ...holdings, loadedThreads: Math.max(threads, loaded.length) };
}

/** The limit that is passed, in words; null when none is. */
export function reasonToRecycle(usage: InstanceUsage, limits: RecycleLimits): string | null {
  const checks: [string, number, number][] = [
    ['MiB of memory', Math.round(usage.rssBytes / 1024 ** 2), limits.recycleRssMb],
    ['seconds of age', Math.round(usage.ageMs / 1000), limits.recycleAgeSeconds],
    ['loaded threads', usage.loadedThreads, limits.recycleThreads],
    ['descriptors', usage.descriptors, limits.recycleDescriptors],
  ];
  const passed = checks.find(([, value, limit]) => limit > 0 && value > limit);
  return passed === undefined ? null : `${passed[1]} ${passed[0]}, more than ${passed[2]}`;
}
