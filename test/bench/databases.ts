import { PoolConfig } from '../../src/config/pool.config';
import { median, print, rounded } from '../support/figures';
import { PostgresServer } from '../support/postgres-server';
import { numberOption, numbersOption } from './arguments';
import { startModelProcess } from './model-process';
import { BenchedService, Relay } from './relay';
import { judged } from './target';
import { runRounds, TurnFigures, warmUp } from './turn-rounds';

/** Turns of one chat in a round; of several so many together. */
const TURNS = { one: 20, together: 300 };
const ROUNDS = 5;
/** What PostgreSQL, on the same machine, is to reach of SQLite's rate. */
const SHARE = 0.7;

/** Turns of the service on PostgreSQL, which writes to the disk when it says so, beside those on SQLite; `--turns 300` in a round. */
export async function databases(): Promise<void> {
  const model = await startModelProcess(0);
  const server = await PostgresServer.start();
  const pool = { CODEX_POOL_SIZE: String(numberOption('pool', new PoolConfig().size)) };
  const onSqlite = await BenchedService.start(model.url, { ...pool, DATABASE_URL: '' });
  const onPostgres = await BenchedService.start(model.url, { ...pool, DATABASE_URL: server.url('postgres') });
  const relays = [
    new Relay(onSqlite, 'responses', 'wait', 'SQLite'),
    new Relay(onPostgres, 'responses', 'wait', 'PostgreSQL'),
  ];
  try {
    for (const relay of relays) await warmUp(relay);
    for (const chats of numbersOption('chats', [1, 50])) await compare(relays, chats);
  } finally {
    for (const service of [onSqlite, onPostgres]) await service.stop();
    await server.dispose();
    model.stop();
  }
}

async function compare(relays: readonly Relay[], chats: number): Promise<void> {
  const turns = chats === 1 ? TURNS.one : Math.ceil(numberOption('turns', TURNS.together) / chats);
  const plan = { chats, turns, rounds: numberOption('rounds', ROUNDS) };
  print(`\n${chats} ${chats === 1 ? 'chat' : 'chats at once'}; ${plan.rounds} rounds`);
  const all = await runRounds(relays, plan);
  for (const { name, turnMs, turnsPerSecond, processorMs } of all) {
    const used = Object.entries(processorMs).map(([what, ms]) => `${what} ${rounded(ms)}`);
    const rate = `${rounded(median(turnsPerSecond), 1)} turns/s, median ${rounded(median(turnMs))} ms`;
    print(`  ${name}: ${rate}; CPU ms a turn: ${used.join(', ')}`);
  }
  const [sqlite, postgres] = all as [TurnFigures, TurnFigures];
  // Each round against its neighbour: the machine's mood is the same for both.
  const ratios = postgres.turnsPerSecond.map((rate, round) => rate / (sqlite.turnsPerSecond[round] ?? NaN));
  print(`      PostgreSQL against SQLite ${judged(median(ratios), { atLeast: SHARE })}`);
}
