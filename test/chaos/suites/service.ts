import { setTimeout as sleep } from 'node:timers/promises';
import { print } from '../../support/figures';
import type { Evidence } from '../evidence/entries';
import type { Random } from '../seeded-random';
import { ChaosWorld } from '../world';
import { amount, actionsIn, report } from './suite';
import { RUNS } from './client-actions';
import { Traffic } from './traffic';

const CLIENTS = 8;
const AT_ONCE = 3;
const FRESH = 0.4;
/** Kills before the service is ready again, of all. */
const EARLY = 0.2;
/** Kills that hit the server of the database, too, of all. */
const WITH_SERVER = 0.3;

/** The service killed again and again, at any moment, the database looked at each time. */
export async function service(seed: number): Promise<boolean> {
  const kills = amount('CHAOS_KILLS', 200);
  const environment = { CODEX_MAX_TURNS_PER_INSTANCE: '2', APPROVAL_TIMEOUT_SECONDS: '2' };
  const world = await ChaosWorld.start({ name: 'service', seed, environment });
  try {
    const clients = await world.openClients(CLIENTS);
    const input = (random: Random) => ({
      ...{ words: random.between(1, 60), everyMs: random.between(0, 15), runs: random.chance(RUNS) },
    });
    const habits = { total: Infinity, input, atOnce: AT_ONCE, fresh: FRESH, acts: true };
    const traffic = new Traffic(world, clients, habits);
    const recovered: number[] = [];
    const damages: string[] = [];
    let servers = 0;
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(world.random.between(0, 1_500));
      const withServer = world.database.server !== undefined && world.random.chance(WITH_SERVER);
      await Promise.all([world.kill(), withServer && world.database.server?.kill()]);
      if (withServer) {
        servers += 1;
        await world.database.server?.launch();
      }
      const integrity = await world.database.integrity();
      if (integrity !== 'ok') damages.push(`integrity_check after kill ${kill}: ${integrity}`);
      const took = await restart(world, world.random.chance(EARLY) && kill < kills);
      if (took !== undefined) recovered.push(took);
      if (kill % 20 === 0) print(`  ${kill} kills`);
    }
    traffic.stop();
    await traffic.done;
    await world.restart();
    const outcome = await world.settle();
    const faults = {
      'kill -9 of the service': kills,
      ...(world.database.server !== undefined && { 'with kill -9 of PostgreSQL': servers }),
      'integrity_check ok': kills - damages.length,
      ...actionsIn(outcome.evidence),
    };
    return report({
      outcome,
      faults,
      times: { 'start to ready': recovered },
      notes: [...damages, ...failures(outcome.evidence)],
    });
  } finally {
    await world.dispose();
  }
}

/** Starts the service; resolves with the milliseconds until it was ready, or undefined when it is to be killed before. */
async function restart({ service, random }: ChaosWorld, early: boolean): Promise<number | undefined> {
  const startedAt = performance.now();
  const ready = service.restart();
  if (!early) return ready.then(() => performance.now() - startedAt);
  ready.catch(() => undefined);
  await sleep(random.between(100, 1_200));
  return undefined;
}

/** A turn that ran is interrupted by the end of the service, and one that waited runs later: none has a reason to fail. */
function failures({ database }: Evidence): string[] {
  return database.events.flatMap(({ type, turnId, data }) =>
    type === 'turn.completed' && data.status === 'failed'
      ? [`turn ${turnId} failed: ${JSON.stringify(data.error)}`]
      : [],
  );
}
