import { setTimeout as sleep } from 'node:timers/promises';
import { processUsage } from '../../src/app-server/process/process-usage';
import { median, percentile, print, rounded } from '../support/figures';
import { RelayService } from '../support/service';
import { Load, LoadResult, LoadTarget, runLoad, WARM_UP_CALLS } from './gateway-load';
import { startGatewayUpstream, STREAM_CHUNKS } from './gateway-upstream';
import { startPortkey } from './portkey';
import { processorMs } from './processor-time';

interface Way extends LoadTarget {
  readonly name: string;
}

const CALL = { clients: 1, calls: 1000, stream: false, pauseMs: 0, bytes: 300 };
const ROUNDS = 3;

/** Chat completions through the gateway beside direct ones to the same provider; `--peer` adds Portkey's gateway. */
export async function gateway(): Promise<void> {
  const upstream = await startGatewayUpstream();
  const relay = await RelayService.start({
    modelUrl: upstream.line,
    environment: { LOG_LEVEL: 'warn', CODEX_POOL_SIZE: '1' },
  });
  const peer = process.argv.includes('--peer') ? await startPortkey(upstream.line) : undefined;
  const ways: Way[] = [
    { name: 'direct', url: upstream.line, headers: {} },
    { name: 'codex-relay', url: `${relay.url}/v1`, headers: {} },
    ...(peer === undefined ? [] : [{ name: 'Portkey gateway', ...peer }]),
  ];
  try {
    await oneClient('One client, a small request', ways, CALL);
    await oneClient('One client, a request of 300 KB', ways, { ...CALL, calls: 200, bytes: 300_000 });
    await throughput(ways, relay.pid);
    // Portkey 1.15.2 answers every stream with HTTP 500 on Node 24 ("TypeError: immutable").
    await chunks(ways.slice(0, 2));
    await manyStreams(ways[1], relay.pid);
    await longAnswers(ways[1], relay.pid);
  } finally {
    peer?.stop();
    await relay.dispose();
    upstream.stop();
  }
}

/** The ways take turns, so that the machine's mood meets all alike. */
async function inTurns(ways: readonly Way[], load: Omit<Load, keyof LoadTarget>): Promise<Map<string, LoadResult[]>> {
  const results = new Map<string, LoadResult[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, url, headers } of ways) results.get(name)?.push(await runLoad({ url, headers, ...load }));
  }
  return results;
}

async function oneClient(title: string, ways: readonly Way[], load: Omit<Load, keyof LoadTarget>): Promise<void> {
  print(`\n${title}, ${ROUNDS * load.calls} calls one after another`);
  let base: number[] | undefined;
  for (const [name, results] of await inTurns(ways, load)) {
    const times = results.flatMap(({ callMs }) => callMs);
    base ??= times;
    printTimes(name, times, base);
  }
}

function printTimes(name: string, times: readonly number[], base: readonly number[]): void {
  const [half, most] = [median(times), percentile(times, 0.99)];
  const added = `adds ${rounded(half - median(base), 2)} and ${rounded(most - percentile(base, 0.99), 2)}`;
  print(`  ${name.padEnd(18)} median ${rounded(half, 2)} ms, p99 ${rounded(most, 2)} ms, ${added}`);
}

async function throughput(ways: readonly Way[], pid: number): Promise<void> {
  print('\n16 clients at once');
  const cpuBefore = processorMs(pid);
  const load = { ...CALL, clients: 16, calls: 3000 };
  for (const [name, results] of await inTurns(ways, load)) {
    const rates = results.map(({ callMs, totalMs }) => (callMs.length * 1000) / totalMs);
    const all = rates.map((rate) => rounded(rate, 0)).join(', ');
    print(`  ${name.padEnd(18)} ${rounded(median(rates), 0)} requests/s (rounds: ${all})`);
  }
  const spent = (processorMs(pid) - cpuBefore) / (ROUNDS * (load.calls + WARM_UP_CALLS));
  print(`  codex-relay's processor time: ${rounded(spent, 2)} ms a request`);
}

async function chunks(ways: readonly Way[]): Promise<void> {
  print(`\nStreams of ${STREAM_CHUNKS} chunks 5 ms apart, 4 at once: from the provider's writing to the client`);
  const load = { ...CALL, clients: 4, calls: 60, stream: true, pauseMs: 5 };
  let base: number[] | undefined;
  for (const [name, results] of await inTurns(ways, load)) {
    const times = results.flatMap(({ chunkMs }) => chunkMs);
    base ??= times;
    printTimes(name, times, base);
  }
}

const BATCHES = 5;
const STREAMS_A_BATCH = 2000;

async function manyStreams(way: Way | undefined, pid: number): Promise<void> {
  if (way === undefined) return;
  print(`\n${BATCHES * STREAMS_A_BATCH} streams of ${STREAM_CHUNKS} chunks, 16 at once: memory of codex-relay`);
  const { url, headers } = way;
  for (let batch = 1; batch <= BATCHES; batch++) {
    const load = { ...CALL, clients: 16, calls: STREAMS_A_BATCH, stream: true };
    const { totalMs } = await runLoad({ url, headers, ...load });
    const rate = rounded((STREAMS_A_BATCH * 1000) / totalMs, 0);
    print(`  after ${String(batch * STREAMS_A_BATCH).padStart(6)}  ${await rssMb(pid)} MB resident, ${rate} streams/s`);
  }
}

const LONG_ANSWERS = 10;
const ANSWER_MB = 50;
/** What is left of long answers is collected when the service has little to do. */
const SETTLE_CALLS = 500;
const SETTLE_MS = 10_000;

async function longAnswers(way: Way | undefined, pid: number): Promise<void> {
  if (way === undefined) return;
  print(`\n${LONG_ANSWERS} answers of ${ANSWER_MB} MB, one after another: memory of codex-relay`);
  const target = { url: way.url, headers: way.headers };
  print(`  before             ${await rssMb(pid)} MB resident`);
  await runLoad({ ...target, ...CALL, calls: LONG_ANSWERS / 2, answerMb: ANSWER_MB });
  print(`  right behind them  ${await rssMb(pid)} MB`);
  await runLoad({ ...target, ...CALL, calls: SETTLE_CALLS });
  await sleep(SETTLE_MS);
  print(`  settled            ${await rssMb(pid)} MB (wanted: within 1.3 times of before)`);
}

async function rssMb(pid: number): Promise<string> {
  return rounded(((await processUsage(pid))?.rssBytes ?? NaN) / 1024 ** 2, 0);
}
