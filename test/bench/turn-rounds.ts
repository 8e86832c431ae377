import type { BenchChat, Contender } from './contender';
import { processorTime } from './processor-time';

/** What is run: `rounds` times, in each of `chats` chats at once, `turns` one after another. */
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

/** Before anything is measured: a process that has just started runs much of its code interpreted, or for the first time. */
const WARM_UP_TURNS = { one: 60, together: 200 };

/** A contender with its chats open and warm. */
class Runner {
  readonly figures: TurnFigures;
  private count = 0;

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
    await Promise.all(this.chats.map((chat) => this.turnsOf(chat)));
    const count = this.chats.length * this.turns;
    this.figures.turnsPerSecond.push((count * 1000) / (performance.now() - startedAt));
    this.addProcessorTime(before, count);
  }

  private async turnsOf(chat: BenchChat): Promise<void> {
    for (let turn = 0; turn < this.turns; turn += 1) {
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

/** The contenders take turns, round by round, so that the machine's mood meets all alike. */
export async function runRounds(contenders: readonly Contender[], plan: Plan): Promise<TurnFigures[]> {
  const runners: Runner[] = [];
  for (const contender of contenders) runners.push(await warmRunner(contender, plan));
  for (let round = 0; round < plan.rounds; round += 1) for (const runner of runners) await runner.round();
  return runners.map(({ figures }) => figures);
}

async function warmRunner(contender: Contender, { chats, turns }: Plan): Promise<Runner> {
  const { atMost } = contender;
  const open = Array.from({ length: Math.min(chats, atMost ?? chats) }, () => contender.newChat());
  const opened = await Promise.all(open);
  const together = Math.ceil(WARM_UP_TURNS.together / chats);
  const warmUps = atMost !== undefined ? 0 : chats === 1 ? WARM_UP_TURNS.one : together;
  for (let turn = 0; turn < warmUps; turn += 1) await Promise.all(opened.map((chat) => chat.turn('warm up')));
  return new Runner(contender, opened, atMost === undefined ? turns : Math.min(turns, chats === 1 ? 3 : 1));
}
