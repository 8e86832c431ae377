import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jumpClock, withShiftingClock } from '../faults/clock';
import { breakStream, FaultNotMadeError, StreamFault, withCodexProxy } from '../faults/codex-stream';
import { databaseOfRun } from '../chaos-database';
import { cutPostgres, killPostgres, pausePostgres, stopPostgres } from '../faults/postgres';
import type { PostgresServer } from '../../support/postgres-server';
import { chooseInstance, killInstance, pauseInstance, stopInstance } from '../faults/instances';
import { FillableDisk, fillableDisk } from '../faults/small-disk';
import { print } from '../../support/figures';
import { ofKind } from '../check/of-kind';
import type { Evidence } from '../evidence/entries';
import type { Random } from '../seeded-random';
import { ChaosWorld } from '../world';
import { RUNS } from './client-actions';
import { amount, actionsIn, report } from './suite';
import { Traffic } from './traffic';

const CLIENTS = 8;
/** Addresses of the model, as an operator gives them who counts on outages: the gateway goes around one that fails. */
const MODELS = 3;
const HOUR_MS = 3_600_000;
/** Longest pause between two faults, and longest time that one lasts, in milliseconds. */
const PAUSE_MS = 800;
const LASTS_MS = 2_000;

type Fault = (world: ChaosWorld, random: Random) => Promise<unknown>;

/** The disks of the run, made before the service starts. */
interface Disks {
  /** Left out where the database is a server's. */
  database?: FillableDisk;
  home: FillableDisk;
}

/** Every kind of fault equally often, one after the other in the order that the seed decides. */
export async function mixed(seed: number): Promise<boolean> {
  const count = amount('CHAOS_FAULTS', 100);
  const disks: Partial<Disks> = {};
  const environment = {
    ...{ CODEX_TURN_IDLE_TIMEOUT_SECONDS: '4', CODEX_REQUEST_TIMEOUT_SECONDS: '4', APPROVAL_TIMEOUT_SECONDS: '2' },
  };
  const prepareRoot = (root: string): Record<string, string> => prepare(root);
  const world = await ChaosWorld.start({ name: 'mixed', seed, environment, models: MODELS, prepare: prepareRoot });
  function prepare(dataRoot: string): Record<string, string> {
    if (databaseOfRun() === 'sqlite') {
      disks.database = fillableDisk(join(dataRoot, 'db'), 256, () => [world.service.pid]);
    }
    disks.home = fillableDisk(join(dataRoot, 'codex_home'), 256, () => world.service.descendants());
    return { ...withShiftingClock(dataRoot), ...withCodexProxy(dataRoot) };
  }
  try {
    const faults = faultsOn(disks as Disks, world.database.server);
    const made: Record<string, number> = Object.fromEntries(Object.keys(faults).map((name) => [name, 0]));
    const input = (random: Random) => ({
      ...{ words: random.between(1, 40), everyMs: random.between(0, 30), runs: random.chance(RUNS) },
    });
    const clients = await world.openClients(CLIENTS);
    const traffic = new Traffic(world, clients, { total: Infinity, input, atOnce: 2, fresh: 0.1, acts: true });
    let left: string[] = [];
    for (let fault = 1; fault <= count; fault += 1) {
      await sleep(world.random.between(0, PAUSE_MS));
      if (left.length === 0) left = Object.keys(faults);
      const [name = ''] = left.splice(world.random.between(0, left.length - 1), 1);
      const how = (await hits(faults[name], world)) ? name : 'came too late for its victim';
      made[how] = (made[how] ?? 0) + 1;
      if (fault % 20 === 0) print(`  ${fault} faults`);
    }
    traffic.stop();
    await traffic.done;
    await world.restart();
    const outcome = await world.settle();
    const { evidence } = outcome;
    return report({ outcome, faults: { ...made, ...feltIn(world, evidence), ...actionsIn(evidence) }, times: {} });
  } finally {
    await world.service.kill();
    disks.database?.remove();
    disks.home?.remove();
    await world.dispose();
  }
}

/** What shows that the service has felt faults which no process of it confirms. */
const feltIn = (world: ChaosWorld, { model }: Evidence): Record<string, number> => ({
  'messages refused by the storage': world.refusals('storage_unavailable'),
  'answers that the model broke off': ofKind(model, 'ended').filter(({ how }) => how === 'cut').length,
});

/** Makes the fault; false when what it was meant for had ended by another one before. @throws Error what went wrong else */
async function hits(fault: Fault | undefined, world: ChaosWorld): Promise<boolean> {
  try {
    await fault?.(world, world.random);
    return true;
  } catch (error) {
    if (isLate(error)) return false;
    throw error;
  }
}

const isLate = (error: unknown): boolean =>
  error instanceof FaultNotMadeError || (error instanceof Error && 'code' in error && error.code === 'ESRCH');

function faultsOn({ database, home }: Disks, server: PostgresServer | undefined): Readonly<Record<string, Fault>> {
  return {
    ...(server !== undefined && onPostgres(server)),
    'instance killed': ({ service }, random) => killInstance(service, random),
    'instance stopped': ({ service }, random) => stopInstance(service, random),
    'instance paused': ({ service }, random) => pauseInstance(service, random, random.between(100, LASTS_MS)),
    'line torn': broken({ kind: 'torn' }),
    'line lost': broken({ kind: 'lost', method: 'turn/completed' }),
    'lines that are no messages': broken({ kind: 'garbage' }),
    'line too long': broken({ kind: 'oversized' }),
    'output stalled': broken({ kind: 'stall' }),
    ...(database !== undefined && { 'disk of the database full': (_, random) => fullFor(database, random) }),
    'disk of codex full': (_, random) => fullFor(home, random),
    'model hangs': (world, random) => moody(world, 'hangs', random),
    'model breaks off': (world, random) => moody(world, 'cuts', random),
    'model gone': async ({ models }, random) => {
      const model = random.pick(models);
      await model.refuse();
      await sleep(random.between(100, LASTS_MS));
      await model.listen();
    },
    'clock set': ({ service }, random) => jumpClock(service, random.pick([-HOUR_MS, HOUR_MS])),
    'service killed': (world) => world.restart(),
  };
}

const onPostgres = (server: PostgresServer): Readonly<Record<string, Fault>> => ({
  'PostgreSQL killed': () => killPostgres(server),
  'PostgreSQL stopped': (_, random) => stopPostgres(server, random),
  'PostgreSQL paused': (_, random) => pausePostgres(server, random),
  'connections to PostgreSQL ended': () => cutPostgres(server),
  'PostgreSQL and service killed': async (world) => {
    await Promise.all([server.kill(), world.kill()]);
    await server.launch();
    await world.service.restart();
  },
});

const broken =
  (fault: StreamFault): Fault =>
  async ({ service }, random) =>
    breakStream(service.dataRoot, await chooseInstance(service, random), fault);

async function fullFor(disk: FillableDisk, random: Random): Promise<void> {
  disk.fill();
  if (!disk.isFull) throw new FaultNotMadeError('a disk that was filled is not full');
  await sleep(random.between(100, LASTS_MS));
  disk.free();
}

async function moody({ models }: ChaosWorld, mood: 'hangs' | 'cuts', random: Random): Promise<void> {
  const model = random.pick(models);
  model.mood = mood;
  await sleep(random.between(100, LASTS_MS));
  model.mood = 'well';
}
