import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PoolConfig } from '../../src/config/pool.config';
import { median, percentile, print, rounded } from '../support/figures';
import { newDataRoot } from '../support/service';
import { numberOption, numbersOption, textOption } from './arguments';
import { BareAppServer, DEFAULT_SETTINGS, defaultSettings, OUR_SETTINGS, ourSettings } from './bare-app-server';
import { CODEX_EXEC, CodexExec } from './codex-exec';
import type { Contender } from './contender';
import { databases } from './databases';
import { DELTAS, startModelProcess } from './model-process';
import { BenchedService, Client, Protocol, Relay } from './relay';
import { judged } from './target';
import { runRounds, TurnFigures, warmUp } from './turn-rounds';

/**
 * Turns of one chat in a round; of several so many together, but some of each: some seconds, so that the beginning and
 * the end of a round, when not all are at work, weigh little.
 */
const TURNS = { one: 20, together: 300, each: 4 };
const ROUNDS = 5;

/** What a contender of the service is held against. */
interface Bases {
  readonly byDefault: TurnFigures;
  readonly tuned: TurnFigures;
  readonly exec: TurnFigures;
}

/** A protocol to the model, and a way of its client. */
type Way = readonly [Protocol, Client];

/** What is measured. */
const WAYS: readonly Way[] = [
  ['responses', 'wait'],
  ['responses', 'socket'],
  ['responses', 'sse'],
  ['chat', 'wait'],
];

/**
 * Turns of the service beside those of bare app-servers and of `codex exec`, or on PostgreSQL beside those on SQLite
 * (`--database postgres`); `--chats 1,10,50 --rounds 5`, `--pool 2` for
 * another size of the pool than the product's default, and `--apart 5` for a model that sends its events so many
 * milliseconds apart. Each contender has processes of its own: one app-server with the threads of four would work for four.
 */
export async function turns(): Promise<void> {
  if (textOption('database') === 'postgres') return databases();
  const apartMs = numberOption('apart', 0);
  const model = await startModelProcess(apartMs);
  const home = newDataRoot();
  const environment = { CODEX_POOL_SIZE: String(numberOption('pool', new PoolConfig().size)) };
  const newRelay = async (way: Way): Promise<Relay> =>
    new Relay(await BenchedService.start(model.url, environment), ...way);
  const relays = await Promise.all(WAYS.map(newRelay));
  const contenders: Contender[] = [
    await BareAppServer.start(await defaultSettings(model.url, join(home, 'default'))),
    await BareAppServer.start(await ourSettings(model.url, join(home, 'ours'))),
    ...relays,
    new CodexExec(model.url, join(home, 'exec')),
  ];
  try {
    for (const contender of contenders) if (contender.atMost === undefined) await warmUp(contender);
    for (const chats of numbersOption('chats', [1, 10, 50])) await compare(contenders, chats);
  } finally {
    for (const contender of contenders) await contender.stop();
    for (const { service } of relays) await service.stop();
    model.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function compare(contenders: readonly Contender[], chats: number): Promise<void> {
  const plan = { chats, turns: turnsOf(chats), rounds: numberOption('rounds', ROUNDS) };
  print(`\n${chats} ${chats === 1 ? 'chat' : 'chats at once'}, ${DELTAS} deltas a turn; ${plan.rounds} rounds`);
  const all = await runRounds(contenders, plan);
  const named = (name: string): TurnFigures => {
    const found = all.find((figures) => figures.name === name);
    if (found === undefined) throw new Error(`there is no contender "${name}"`);
    return found;
  };
  const bases = { byDefault: named(DEFAULT_SETTINGS), tuned: named(OUR_SETTINGS), exec: named(CODEX_EXEC) };
  for (const figures of all) {
    printOwn(figures, chats);
    if (!Object.values(bases).includes(figures)) printRatios(figures, bases, chats);
  }
}

const turnsOf = (chats: number): number =>
  chats === 1 ? TURNS.one : Math.max(TURNS.each, Math.round(TURNS.together / chats));

function printOwn({ name, turnMs, turnsPerSecond, processorMs }: TurnFigures, chats: number): void {
  const times = `median ${rounded(median(turnMs))} ms, p90 ${rounded(percentile(turnMs, 0.9))} ms`;
  const used = Object.entries(processorMs).map(([what, ms]) => `${what} ${rounded(ms)}`);
  const processor = used.length === 0 ? '' : `; CPU ms a turn: ${used.join(', ')}`;
  const rate = chats === 1 ? '' : `${rounded(median(turnsPerSecond))} turns/s; `;
  print(`  ${name}\n      ${rate}${times}${processor}`);
}

/** The figures that the service is meant to reach. */
function printRatios(own: TurnFigures, { byDefault, tuned, exec }: Bases, chats: number): void {
  const times = (of: TurnFigures): number => median(of.turnMs);
  const rate = (of: TurnFigures): number => median(of.turnsPerSecond);
  if (chats === 1) {
    const extra = judged(times(own) - times(tuned), { atMost: 8, unit: ' ms' });
    print(`      turn against the default settings ${judged(times(own) / times(byDefault), { atMost: 0.9 })}`);
    print(`      more than with our settings ${extra}, ${rounded(times(own) / times(tuned), 2)}x`);
  } else {
    print(`      turns/s against the default settings ${judged(rate(own) / rate(byDefault), { atLeast: 1.3 })}`);
    print(`      turns/s against our settings ${judged(rate(own) / rate(tuned), { atLeast: 0.8 })}`);
  }
  print(`      turns/s against codex exec ${judged(rate(own) / rate(exec), { atLeast: 10 })}`);
}
