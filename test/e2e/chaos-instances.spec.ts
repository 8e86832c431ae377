import { expectEither, expectGoesOn, LONG } from '../chaos/expectations';
import { killInstance, pauseInstance, stopInstance } from '../chaos/faults/instances';
import { seedFromEnvironment } from '../chaos/seeded-random';
import { Turns } from '../chaos/scenes';
import { ChaosWorld } from '../chaos/world';

const seed = seedFromEnvironment();

describe(`app-servers that fail while chats are at work (CHAOS_SEED=${seed})`, () => {
  let world: ChaosWorld;

  beforeAll(async () => {
    const limits = { CODEX_TURN_IDLE_TIMEOUT_SECONDS: '6', CODEX_REQUEST_TIMEOUT_SECONDS: '4' };
    world = await ChaosWorld.start({ name: 'e2e-instances', seed, environment: { ...limits, CODEX_POOL_SIZE: '2' } });
    await world.openClients(6);
  });
  afterAll(() => world?.dispose());

  it('kill -9: its turns end as lost, the others are answered, and all chats go on', async () => {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    await killInstance(world.service, world.random);
    await expectEither(turns, 'instance_lost');
    await expectGoesOn(world);
  });

  it('one that stops for good: its turns end within the limit of silence, and it is replaced', async () => {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    await stopInstance(world.service, world.random);
    await expectEither(turns, 'turn_idle_timeout');
    await expectGoesOn(world);
  });

  it('one that stops for a moment: every turn is answered, by the same process', async () => {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    const paused = await pauseInstance(world.service, world.random, 1_000);
    expect(await turns.outcomes()).toEqual(['completed']);
    const { instances } = await world.service.health();
    expect(instances.find(({ id }) => id === paused.id)?.pid).toBe(paused.pid);
    expect((await world.settle()).violations).toEqual([]);
  });
});
