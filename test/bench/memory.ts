import { processUsage } from '../../src/app-server/process/process-usage';
import { print, rounded } from '../support/figures';
import { numberOption } from './arguments';
import type { BenchChat } from './contender';
import { Inspector, INSPECTABLE } from './inspector';
import { startModelProcess } from './model-process';
import { BenchedService, Relay } from './relay';
import { judged } from './target';

const CHATS = 200;
const TURNS = 2_000;
/** Chats that run a turn at the same time. */
const AT_ONCE = 20;
const SAMPLES = 20;
const MB = 1024 * 1024;
/** Growth of the heap that is not told from noise, in bytes a turn: the second half of 10,000 turns then adds 1 MB. */
const FLAT_BYTES_A_TURN = 200;
/** What the gateway remembers of a conversation and of its thread, which it does of so many at most. */
const REMEMBERED_BYTES_A_CHAT = 2_000;

interface MemorySample {
  readonly turns: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/**
 * Memory of the service with many chats open, and over many turns; `--turns 10000 --chats 200`. With `--opened 2000` instead:
 * over so many chats of which each has a turn, is opened and is left.
 */
export async function memory(): Promise<void> {
  const opened = numberOption('opened', 0);
  if (opened > 0) return memoryOfLeft(opened);
  const model = await startModelProcess();
  const service = await BenchedService.start(model.url, { NODE_OPTIONS: INSPECTABLE });
  const relay = new Relay(service, 'responses', 'socket');
  try {
    const chats = await openChats(relay, numberOption('chats', CHATS));
    await printOpen(service, chats.length);
    const inspector = await Inspector.attach(service.pid, () => service.log);
    const samples = await sampled(chats, numberOption('turns', TURNS), () => sampleOf(service, inspector));
    inspector.close();
    printGrowth(samples);
    await printOpen(service, chats.length);
  } finally {
    await relay.stop();
    await service.stop();
    model.stop();
  }
}

/** What is left of chats that nobody looks at any more. */
async function memoryOfLeft(count: number): Promise<void> {
  const model = await startModelProcess();
  const service = await BenchedService.start(model.url, { NODE_OPTIONS: INSPECTABLE });
  const inspector = await Inspector.attach(service.pid, () => service.log);
  try {
    const samples: MemorySample[] = [];
    print(`\n${count} chats, each with a turn, opened once and left`);
    for (let made = 0; made < count; made += count / SAMPLES) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => visit(service, count / SAMPLES / AT_ONCE)));
      const taken = { turns: made + count / SAMPLES, ...(await sampleOf(service, inspector)) };
      samples.push(taken);
      print(`  after ${taken.turns} chats: RSS ${inMb(taken.rssBytes)}, heap in use ${inMb(taken.heapBytes)}`);
    }
    printGrowth(samples, { each: 'a chat', atMost: REMEMBERED_BYTES_A_CHAT });
  } finally {
    inspector.close();
    await service.stop();
    model.stop();
  }
}

async function visit(service: BenchedService, chats: number): Promise<void> {
  for (let index = 0; index < chats; index += 1) {
    const { id } = await service.post<{ id: string }>('/api/v1/chats', {});
    await service.post(`/api/v1/chats/${id}/messages?wait=true`, { content: 'hello' });
    const state = await fetch(`${service.url}/api/v1/chats/${id}/state`);
    if (!state.ok) throw new Error(`the state was answered ${state.status}`);
    await state.arrayBuffer();
  }
}

/** Each with a viewer, and a turn behind it. */
async function openChats(relay: Relay, count: number): Promise<BenchChat[]> {
  const chats: BenchChat[] = [];
  for (let index = 0; index < count; index += 1) chats.push(await relay.newChat());
  await runTurns(chats, count);
  return chats;
}

/** Chat after chat, so many at once. */
async function runTurns(chats: readonly BenchChat[], turns: number): Promise<void> {
  let next = 0;
  const work = async (lane: number): Promise<void> => {
    const own = chats.filter((_, index) => index % AT_ONCE === lane);
    for (let turn = 0; next < turns && own.length > 0; turn += 1) {
      next += 1;
      await own[turn % own.length]?.turn('hello');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => work(lane)));
}

async function sampled(
  chats: readonly BenchChat[],
  turns: number,
  sample: () => Promise<Omit<MemorySample, 'turns'>>,
): Promise<MemorySample[]> {
  const samples = [{ turns: 0, ...(await sample()) }];
  print(`\n${turns} turns, ${AT_ONCE} at once`);
  for (let index = 1; index <= SAMPLES; index += 1) {
    await runTurns(chats, Math.round(turns / SAMPLES));
    const taken = { turns: Math.round((turns * index) / SAMPLES), ...(await sample()) };
    samples.push(taken);
    print(`  after ${taken.turns} turns: RSS ${inMb(taken.rssBytes)}, heap in use ${inMb(taken.heapBytes)}`);
  }
  return samples;
}

async function sampleOf(service: BenchedService, inspector: Inspector): Promise<Omit<MemorySample, 'turns'>> {
  // Before the collection that the next line asks for.
  const rssBytes = await rssOf(service.pid);
  return { rssBytes, heapBytes: await inspector.heapBytes() };
}

async function printOpen(service: BenchedService, chats: number): Promise<void> {
  const own = (await rssOf(service.pid)) / MB;
  const codex = await Promise.all((service.processes.codex ?? []).map(rssOf));
  print(`\n${chats} chats open, each with a viewer over Socket.IO`);
  print(`  the service itself ${judged(own, { atMost: 250, unit: ' MB' })}`);
  print(`  its app-servers ${codex.map(inMb).join(', ')}`);
}

const BY_TURN = { each: 'a turn', atMost: FLAT_BYTES_A_TURN };

/** The first half warms caches up; what grows in the second would grow on. */
function printGrowth(samples: readonly MemorySample[], { each, atMost } = BY_TURN): void {
  const second = samples.slice(Math.floor(samples.length / 2));
  const heap = slope(second.map(({ turns, heapBytes }) => [turns, heapBytes]));
  const rss = slope(second.map(({ turns, rssBytes }) => [turns, rssBytes]));
  print('  growth in the second half, by linear regression');
  print(`      heap in use ${judged(heap, { atMost, unit: ` bytes ${each}` })}`);
  print(`      RSS ${rounded(rss)} bytes ${each}`);
}

/** Of the line with the least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (place: 0 | 1): number => points.reduce((sum, point) => sum + point[place], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

async function rssOf(pid: number): Promise<number> {
  return (await processUsage(pid))?.rssBytes ?? NaN;
}

const inMb = (bytes: number): string => `${rounded(bytes / MB)} MB`;
