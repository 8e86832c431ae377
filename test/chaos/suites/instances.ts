import { setTimeout as sleep } from 'node:timers/promises';
import { killInstance } from '../faults/instances';
import type { Random } from '../seeded-random';
import { ChaosWorld } from '../world';
import { amount, report } from './suite';
import { Traffic } from './traffic';

const CLIENTS = 12;
const FRESH = 0.1;

/** Many streaming turns, and instances killed in the middle of them. */
export async function instances(seed: number): Promise<boolean> {
  const turns = amount('CHAOS_TURNS', 1_000);
  const kills = amount('CHAOS_KILLS', 100);
  const world = await ChaosWorld.start({ name: 'instances', seed });
  try {
    const clients = await world.openClients(CLIENTS);
    const input = (random: Random) => ({ words: random.between(5, 40), everyMs: random.between(1, 20) });
    const traffic = new Traffic(world, clients, { total: turns, input, fresh: FRESH });
    const recovered: number[] = [];
    const lost: number[] = [];
    let killedAt = 0;
    traffic.listen(({ code }) => code === 'instance_lost' && lost.push(performance.now() - killedAt));
    for (let kill = 1; kill <= kills; kill += 1) {
      await traffic.reached(Math.floor((kill * turns) / (kills + 1)));
      await sleep(world.random.between(0, 200));
      killedAt = performance.now();
      recovered.push(await killInstance(world.service, world.random));
    }
    await traffic.done;
    const outcome = await world.settle();
    const times = { 'kill to the end of its turns': lost, 'kill to ready': recovered };
    return report({ outcome, faults: { 'kill -9 of an instance': kills }, times });
  } finally {
    await world.dispose();
  }
}
