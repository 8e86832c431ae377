import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { median, print, rounded } from '../support/figures';
import { newDataRoot } from '../support/service';
import { numberOption } from './arguments';
import { defaultSettings, ourSettings } from './bare-app-server';
import { startModelProcess } from './model-process';
import { Mortal, MortalAppServer, MortalService, Recovery } from './mortal';
import { judged } from './target';

const ROUNDS = 8;
const POOL_SIZES = [1, 3];

/**
 * How long a chat is without its agent when its app-server is killed; `--rounds 8`. Everything is started anew for each
 * kill: an instance that crashes again and again is started again later and later, on purpose.
 */
export async function recovery(): Promise<void> {
  const model = await startModelProcess();
  const home = newDataRoot();
  const rounds = numberOption('rounds', ROUNDS);
  try {
    const bare = [
      await defaultSettings(model.url, join(home, 'default')),
      await ourSettings(model.url, join(home, 'ours')),
    ];
    const starts = [
      ...bare.map((settings) => () => MortalAppServer.start(settings)),
      ...POOL_SIZES.map((poolSize) => () => MortalService.start(model.url, poolSize)),
    ];
    printRecoveries(await measure(starts, rounds));
  } finally {
    model.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(starts: readonly (() => Promise<Mortal>)[], rounds: number): Promise<Map<string, Recovery[]>> {
  const results = new Map<string, Recovery[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const start of starts) {
      const mortal = await start();
      try {
        const measured = await mortal.killAndAsk();
        results.set(mortal.name, [...(results.get(mortal.name) ?? []), measured]);
      } finally {
        await mortal.stop();
      }
    }
  }
  return results;
}

function printRecoveries(results: ReadonlyMap<string, readonly Recovery[]>): void {
  print('\nkill -9 of the app-server, until the next turn of the thread');
  const medians = [...results].map(([name, all]) => ({
    name,
    firstDelta: median(all.map(({ firstDeltaMs }) => firstDeltaMs)),
    end: median(all.map(({ endMs }) => endMs)),
    worst: Math.max(...all.map(({ endMs }) => endMs)),
  }));
  const [byDefault, tuned] = medians;
  for (const [index, { name, firstDelta, end, worst }] of medians.entries()) {
    print(
      `  ${name}\n      first delta ${rounded(firstDelta)} ms, end ${rounded(end)} ms (slowest ${rounded(worst)} ms)`,
    );
    if (index < 2 || byDefault === undefined || tuned === undefined) continue;
    for (const base of [byDefault, tuned]) {
      const ratios = [firstDelta / base.firstDelta, end / base.end].map((ratio) => judged(ratio, { atMost: 1.5 }));
      print(`      against ${base.name}: first delta ${ratios[0]}, end ${ratios[1]}`);
    }
  }
}
