import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchChat, Contender } from './contender';
import { processorTime } from './processor-time';

/** What is run: `rounds` times, in `chats` chats at once, `turns` for each of them. */
export interface Plan {
  readonly chats: number;
  readonly turns: number;
  readonly rounds: number;
}

/** What a contender did. */
export interface TurnFigures {
  readonly name: string;
  /** Of each turn, in milliseconds. */
  readonly turnMs: number[];
  /** Of each round. */
  readonly turnsPerSecond: number[];
  /** Milliseconds a turn, by the kind of process. */
  readonly processorMs: Record<string, number>;
}

/**
 * Turns before anything is measured, in chats of their own: what is compared runs for weeks, and a process that has just
 * started runs much of its code for the first time, or interpreted. V8 has done with the service after some 700 turns: its
 * processor time at 10 chats falls from 7.7 ms a turn to 5.7 (measured).
 */
const WARM_UP = { chats: 10, turns: 80 };
/** Before each round: what the last one left behind (commits, collections, files to be written) is not to be the next one's. */
const PAUSE_MS = 1_000;
/** Of a chat that is measured, before it is. */
const FIRST_TURNS = 2;

/** A contender with its chats open and warm. */
class Runner {
  readonly figures: TurnFigures;
  private count = 0;
  /** Turns of this round that have not begun. */
  private left = 0;

  constructor(
    private readonly contender: Contender,
    private readonly chats: readonly BenchChat[],
    private readonly turns: number,
  ) {
    this.figures = { name: contender.name, turnMs: [], turnsPerSecond: [], processorMs: {} };
  }

  async round(): Promise<void> {
    const before = processorTime(this.contender.processes);
    const startedAt = performance.now();
    const count = this.chats.length * this.turns;
    this.left = count;
    await Promise.all(this.chats.map((chat) => this.turnsOf(chat)));
    this.figures.turnsPerSecond.push((count * 1000) / (performance.now() - startedAt));
    this.addProcessorTime(before, count);
  }

  /** All chats are at work until the last turns: what is asked is the rate of so many chats at once. */
  private async turnsOf(chat: BenchChat): Promise<void> {
    while (this.left > 0) {
      this.left -= 1;
      const startedAt = performance.now();
      await chat.turn('hello');
      this.figures.turnMs.push(performance.now() - startedAt);
    }
  }

  private addProcessorTime(before: Readonly<Record<string, number>>, turns: number): void {
    const { processorMs } = this.figures;
    for (const [name, ms] of Object.entries(processorTime(this.contender.processes))) {
      const sum = (processorMs[name] ?? 0) * this.count + ms - (before[name] ?? 0);
      processorMs[name] = sum / (this.count + turns);
    }
    this.count += turns;
  }
}

/** The contenders take turns, round by round, so that the machine's mood meets all alike. They are warm already. */
export async function runRounds(contenders: readonly Contender[], plan: Plan): Promise<TurnFigures[]> {
  const runners: Runner[] = [];
  for (const contender of contenders) runners.push(await runnerOf(contender, plan));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const runner of runners) {
      await sleep(PAUSE_MS);
      await runner.round();
    }
  }
  return runners.map(({ figures }) => figures);
}

async function runnerOf(contender: Contender, { chats, turns }: Plan): Promise<Runner> {
  const { atMost } = contender;
  const opened = await openChats(contender, Math.min(chats, atMost ?? chats));
  if (atMost !== undefined) return new Runner(contender, opened, Math.min(turns, chats === 1 ? 3 : 1));
  await runTurns(opened, FIRST_TURNS);
  return new Runner(contender, opened, turns);
}

/** To be called once for a contender whose processes stay. */
export async function warmUp(contender: Contender): Promise<void> {
  await runTurns(await openChats(contender, WARM_UP.chats), WARM_UP.turns);
}

const openChats = (contender: Contender, count: number): Promise<BenchChat[]> =>
  Promise.all(Array.from({ length: count }, () => contender.newChat()));

async function runTurns(chats: readonly BenchChat[], turns: number): Promise<void> {
  const run = async (chat: BenchChat): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await chat.turn('warm up');
  };
  await Promise.all(chats.map(run));
}
