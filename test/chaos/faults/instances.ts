import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceHealthDto } from '../../../src/observability/health.dto';
import { eventually } from '../../support/eventually';
import type { RelayService } from '../../support/service';
import type { Random } from '../seeded-random';

const PATIENCE_MS = 60_000;

export type LiveInstance = InstanceHealthDto & { pid: number };

/** An instance that can be hit: one that runs turns, if there is one. */
export async function chooseInstance(service: RelayService, random: Random): Promise<LiveInstance> {
  return eventually('an instance is there to be hit', async () => {
    const ready = (await service.health()).instances.filter(isLive);
    const busy = ready.filter(({ turns }) => turns > 0);
    return ready.length > 0 && random.pick(busy.length > 0 ? busy : ready);
  });
}

const isLive = (instance: InstanceHealthDto): instance is LiveInstance =>
  instance.state === 'ready' && instance.pid !== null;

/** Waits until another process has taken the place of this one, as an operator who ends its quarantine. */
export async function replaced(service: RelayService, { id, pid }: LiveInstance): Promise<void> {
  await eventually(
    `${id} is ready again`,
    async () => {
      const instance = (await service.health()).instances.find((found) => found.id === id);
      if (instance === undefined) return true;
      if (instance.state === 'quarantined')
        await service.client.request('POST', `/api/v1/admin/instances/${id}/restart`);
      return isLive(instance) && instance.pid !== pid;
    },
    PATIENCE_MS,
  );
}

/** `kill -9`. Resolves when the instance is ready again, with the milliseconds that it took. */
export async function killInstance(service: RelayService, random: Random): Promise<number> {
  const victim = await chooseInstance(service, random);
  const killedAt = performance.now();
  process.kill(victim.pid, 'SIGKILL');
  await replaced(service, victim);
  return performance.now() - killedAt;
}

/** Stops the process for good; resolves when the service has found that out and replaced it. */
export async function stopInstance(service: RelayService, random: Random): Promise<number> {
  const victim = await chooseInstance(service, random);
  const stoppedAt = performance.now();
  process.kill(victim.pid, 'SIGSTOP');
  await replaced(service, victim);
  return performance.now() - stoppedAt;
}

/** Stops the process for a while and lets it go on. */
export async function pauseInstance(service: RelayService, random: Random, pauseMs: number): Promise<LiveInstance> {
  const victim = await chooseInstance(service, random);
  process.kill(victim.pid, 'SIGSTOP');
  await sleep(pauseMs);
  try {
    process.kill(victim.pid, 'SIGCONT');
  } catch {
    // The service has given it up meanwhile.
  }
  return victim;
}
