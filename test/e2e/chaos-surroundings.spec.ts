import { join } from 'node:path';
import { expectGoesOn, SHORT } from '../chaos/expectations';
import { jumpClock, withShiftingClock } from '../chaos/faults/clock';
import { FillableDisk, fillableDisk } from '../chaos/faults/small-disk';
import { seedFromEnvironment } from '../chaos/seeded-random';
import { Turns } from '../chaos/scenes';
import { ChaosWorld } from '../chaos/world';
import { eventually } from '../support/eventually';

const LONG = { words: 60, everyMs: 20 };
const HOUR_MS = 3_600_000;
const seed = seedFromEnvironment();

describe(`surroundings that fail (CHAOS_SEED=${seed})`, () => {
  let world: ChaosWorld;
  let database: FillableDisk;
  let home: FillableDisk;

  beforeAll(async () => {
    const environment = { CODEX_TURN_IDLE_TIMEOUT_SECONDS: '5', CODEX_POOL_SIZE: '1' };
    world = await ChaosWorld.start({ name: 'e2e-surroundings', seed, environment, prepare, database: 'sqlite' });
    await world.openClients(4);
  });
  afterAll(async () => {
    await world?.service.kill();
    database?.remove();
    home?.remove();
    await world?.dispose();
  });

  function prepare(dataRoot: string): Record<string, string> {
    database = fillableDisk(join(dataRoot, 'db'), 16, () => [world.service.pid]);
    home = fillableDisk(join(dataRoot, 'codex_home'), 64, () => world.service.descendants());
    return withShiftingClock(dataRoot);
  }

  /** More would make the gateway leave the model alone for ten seconds. */
  const oneClient = () => world.clients.slice(0, 1);

  it('a full disk of the database: messages are refused, what was accepted is answered', async () => {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    database.fill();
    const waiting = Turns.begin(world.clients, SHORT);
    await eventually('a message is refused', () => world.refusals('storage_unavailable') > 0);
    database.free();
    expect(await turns.outcomes()).toEqual(['completed']);
    expect(await (await waiting).outcomes()).toEqual(['completed']);
    await expectGoesOn(world);
  });

  it('a full disk of codex: every turn ends, and the chats go on', async () => {
    const turns = await (await Turns.begin(world.clients, LONG)).show();
    home.fill();
    expect(await turns.ends()).toHaveLength(world.clients.length);
    expect(await (await Turns.begin(world.clients, SHORT)).ends()).toHaveLength(world.clients.length);
    expect(home.isFull).toBe(true);
    home.free();
    await expectGoesOn(world);
  });

  it('a clock that is set forward: a turn that is silent within its limit is answered', async () => {
    const turns = await (await Turns.begin(world.clients, { words: 1, everyMs: 1_300 })).show();
    await jumpClock(world.service, HOUR_MS);
    expect(await turns.outcomes()).toEqual(['completed']);
    await expectGoesOn(world);
  });

  it('a clock that is set back: a turn that hangs ends within the limit of silence', async () => {
    world.model.mood = 'hangs';
    const turns = await (await Turns.begin(world.clients, SHORT)).show();
    await jumpClock(world.service, -2 * HOUR_MS);
    expect(await turns.outcomes()).toEqual(['turn_idle_timeout']);
    world.model.mood = 'well';
    await expectGoesOn(world);
  });

  it('a model that breaks off, again at every repeat: the turn fails and says so', async () => {
    world.model.mood = 'cuts';
    expect(await (await Turns.begin(oneClient(), SHORT)).outcomes()).toEqual(['upstream_error']);
    world.model.mood = 'well';
    await expectGoesOn(world);
  });

  it('a model that breaks off once: the turn is answered', async () => {
    world.model.mood = 'cuts';
    const turns = await (await Turns.begin(oneClient(), SHORT)).show();
    world.model.mood = 'well';
    expect(await turns.outcomes()).toEqual(['completed']);
    await expectGoesOn(world);
  });

  it('a model that is gone: the turn fails and says so', async () => {
    const turns = await (await Turns.begin(oneClient(), LONG)).show();
    await world.model.refuse();
    expect(await turns.outcomes()).toEqual(['upstream_unavailable']);
    await world.model.listen();
    await expectGoesOn(world);
  });
});
