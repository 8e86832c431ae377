import { expectEither, expectGoesOn, LONG } from '../chaos/expectations';
import { breakStream, StreamFault, withCodexProxy } from '../chaos/faults/codex-stream';
import { chooseInstance, LiveInstance, replaced } from '../chaos/faults/instances';
import { seedFromEnvironment } from '../chaos/seeded-random';
import { Turns } from '../chaos/scenes';
import { ChaosWorld } from '../chaos/world';

const seed = seedFromEnvironment();

describe(`an app-server whose output is broken (CHAOS_SEED=${seed})`, () => {
  let world: ChaosWorld;

  beforeAll(async () => {
    const environment = {
      ...{ CODEX_TURN_IDLE_TIMEOUT_SECONDS: '6', CODEX_REQUEST_TIMEOUT_SECONDS: '4', CODEX_POOL_SIZE: '2' },
    };
    world = await ChaosWorld.start({ name: 'e2e-output', seed, environment, prepare: withCodexProxy });
    await world.openClients(4);
  });
  afterAll(() => world?.dispose());

  /** Makes the fault in the middle of answers; returns the turns and the instance. */
  async function inTheMiddle(fault: StreamFault): Promise<{ turns: Turns; broken: LiveInstance }> {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    const broken = await chooseInstance(world.service, world.random);
    await breakStream(world.service.dataRoot, broken, fault);
    return { turns, broken };
  }

  it.each(['garbage', 'oversized'] as const)(
    '%s between its lines: is skipped, every turn is answered',
    async (kind) => {
      const { turns, broken } = await inTheMiddle({ kind });
      expect(await turns.outcomes()).toEqual(['completed']);
      expect(world.service.log).toContain(kind === 'garbage' ? 'is no message; skipped' : 'is too long; skipped');
      const { instances } = await world.service.health();
      expect(instances.find(({ id }) => id === broken.id)?.pid).toBe(broken.pid);
      await expectGoesOn(world);
    },
  );

  it('a line that is torn off by its death: its turns end as lost', async () => {
    const { turns, broken } = await inTheMiddle({ kind: 'torn' });
    await expectEither(turns, 'instance_lost');
    expect(world.service.log).toContain('is torn; skipped');
    await replaced(world.service, broken);
    await expectGoesOn(world);
  });

  it('an end of a turn that is lost: it is found in the record of codex, after the limit of silence', async () => {
    const { turns } = await inTheMiddle({ kind: 'lost', method: 'turn/completed' });
    expect(await turns.outcomes()).toEqual(['completed']);
    await expectGoesOn(world);
  });

  it('nothing any more although it lives: its turns end within the limit of silence, and it is replaced', async () => {
    const { turns, broken } = await inTheMiddle({ kind: 'stall' });
    await expectEither(turns, 'turn_idle_timeout');
    await replaced(world.service, broken);
    await expectGoesOn(world);
  });
});
