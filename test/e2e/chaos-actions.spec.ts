import { LONG, SHORT } from '../chaos/expectations';
import { killInstance } from '../chaos/faults/instances';
import { seedFromEnvironment } from '../chaos/seeded-random';
import type { Random } from '../chaos/seeded-random';
import { actionsIn } from '../chaos/suites/suite';
import { Traffic } from '../chaos/suites/traffic';
import { ChaosWorld } from '../chaos/world';

const PATIENCE_MS = 50_000;
const FOREIGN_CALLS = 20;
const MESSAGES = 40;
const seed = seedFromEnvironment();

/** The second test takes two starts of the service along. */

describe(`users who do more than talk (CHAOS_SEED=${seed})`, () => {
  let world: ChaosWorld;

  beforeAll(async () => {
    const environment = { APPROVAL_TIMEOUT_SECONDS: '1', CODEX_POOL_SIZE: '2' };
    world = await ChaosWorld.start({ name: 'e2e-actions', seed, environment });
    await world.openClients(6);
  });
  afterAll(() => world?.dispose());

  it('stop turns, add to them, delete chats, and reach nothing of each other', async () => {
    const [stops, adds, removes] = await world.openClients(3);
    if (!stops || !adds || !removes) throw new Error('three chats were to be opened');
    const [stopped, added, removed] = await Promise.all([stops, adds, removes].map((client) => client.say(LONG)));
    await Promise.all([stops.shows(stopped ?? ''), adds.shows(added ?? ''), removes.shows(removed ?? '')]);
    await Promise.all([stops.interrupt(), adds.steer(SHORT), removes.remove()]);
    expect(await stops.end(stopped ?? '', PATIENCE_MS)).toEqual({ status: 'interrupted', code: null });
    expect(await adds.end(added ?? '', PATIENCE_MS)).toEqual({ status: 'completed', code: null });
    for (let left = FOREIGN_CALLS; left > 0; left -= 1) await stops.callForeign();

    const { violations, evidence } = await world.settle();
    expect(violations).toEqual([]);
    expect(actionsIn(evidence)).toMatchObject({
      ...{ 'words added to running turns': 1, 'turns stopped by their users': 1, 'chats deleted': 1 },
    });
    expect(actionsIn(evidence)['calls on what is of others']).toBeGreaterThan(0);
  });

  it('do all that, and allow commands or not, while app-servers and the service are killed', async () => {
    const input = (random: Random) => ({
      ...{ words: random.between(1, 30), everyMs: random.between(0, 10), runs: random.chance(0.4) },
    });
    const traffic = new Traffic(world, world.clients.slice(0, 6), {
      total: MESSAGES,
      input,
      atOnce: 2,
      acts: true,
    });
    await traffic.reached(MESSAGES / 4);
    await killInstance(world.service, world.random);
    await traffic.reached(MESSAGES / 2);
    await world.restart();
    await traffic.done;
    await world.restart();
    const { violations, unrest, evidence } = await world.settle();
    expect(violations).toEqual([]);
    expect(unrest).toBeUndefined();
    expect(evidence.commands.length).toBeGreaterThan(0);
  });
});
