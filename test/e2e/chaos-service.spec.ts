import { setTimeout as sleep } from 'node:timers/promises';
import { seedFromEnvironment } from '../chaos/seeded-random';
import { Turns } from '../chaos/scenes';
import { ChaosWorld } from '../chaos/world';

const KILLS = 4;
const BURST = 100;
const seed = seedFromEnvironment();

/** Each kill takes a start of the service along. */

describe(`the whole service under load (CHAOS_SEED=${seed})`, () => {
  let world: ChaosWorld;

  beforeAll(async () => {
    world = await ChaosWorld.start({ name: 'e2e-service', seed });
  });
  afterAll(() => world?.dispose());

  it('kill -9 again and again: no accepted message is lost, every turn ends once, the database is sound', async () => {
    await world.openClients(6);
    const outcomes: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Longer than the time to the kill by far, so that none of those behind them has started.
      const running = await Turns.begin(world.clients, { words: 200, everyMs: 10 });
      const waiting = await Turns.begin(world.clients, { words: 5, everyMs: 0 });
      await sleep(world.random.between(0, 400));
      await world.kill();
      expect(await world.database.integrity()).toBe('ok');
      await world.service.restart();
      expect(await waiting.outcomes()).toEqual(['completed']);
      outcomes.push(...(await running.outcomes()));
    }
    expect(['completed', 'service_restarted']).toEqual(expect.arrayContaining(outcomes));
    expect(outcomes).toContain('service_restarted');
    expect((await world.settle()).violations).toEqual([]);
  });

  it('many messages to as many chats at the same moment: each is accepted at once and answered', async () => {
    const clients = await world.openClients(BURST);
    const refusedBefore = world.refusals();
    expect(await (await Turns.begin(clients, { words: 20, everyMs: 0 })).outcomes()).toEqual(['completed']);
    expect(world.refusals()).toBe(refusedBefore);
    expect((await world.settle()).violations).toEqual([]);
  });
});
