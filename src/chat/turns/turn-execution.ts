import type { UserMessage } from '../../app-server/agent/agent-message';
import { turnsEnded, turnSeconds, turnWaitSeconds } from '../../common/metrics';
import { toTurnDto } from '../dto/turn.dto';
import type { NewMessage } from '../entities/message.entity';
import { NO_USAGE } from '../entities/token-usage.dto';
import { TurnEntity } from '../entities/turn.entity';
import { concat } from '../event-log/log-entry';
import type { NextTurn } from './chat-threads';
import type { ToldInstructions } from './told-instructions';
import { routeOf } from './turn-route';
import { TurnRun } from './turn-run';
import type { TurnServices } from './turn-services';
import {
  chatUsed,
  hasCutText,
  INTERRUPTED,
  interruptedBy,
  outcomeOfError,
  turnEnded,
  TurnEndedError,
  TurnOutcome,
  turnStarted,
} from './turn-state';

const SERVICE_STOPPED = interruptedBy('service_stopped', 'The service was stopped in the middle of the turn.');

/** One turn from its place at the head of the chat's queue to its end. */
export class TurnExecution {
  private readonly canceled = new AbortController();
  private run: TurnRun | undefined;
  private instructions: ToldInstructions | undefined;
  private cancellation: TurnOutcome = INTERRUPTED;
  private postponed = false;
  private removed = false;
  private readonly executed = Promise.withResolvers<void>();

  constructor(
    private readonly services: TurnServices,
    private readonly next: NextTurn,
    private readonly onStarted: () => void,
  ) {}

  get turn(): TurnEntity {
    return this.next.turn;
  }

  /** Runs the turn; resolves when its end is committed. */
  async execute(message: NewMessage): Promise<void> {
    try {
      const outcome = await this.outcome(message).catch((error: unknown) => this.outcomeOf(error));
      if (this.removed) return;
      if (!this.postponed || this.turn.status !== 'queued') await this.end(outcome);
    } catch (error) {
      // It never ran, and yet it is not queued: it was removed while it was about to start or to end.
      if (!(error instanceof TurnEndedError) || this.run) throw error;
      this.removed = true;
    } finally {
      this.executed.resolve();
    }
  }

  /** The end of the turn is stored, as its message was removed; whoever removed it gives back its place in the queue. */
  get isRemoved(): boolean {
    return this.removed;
  }

  /** The message was removed: what waits for a slot gives up, and ends nothing. */
  withdraw(): void {
    this.removed = true;
    this.canceled.abort();
  }

  /** Resolves when the turn is over, or is left to the next start. Never rejects. */
  get over(): Promise<void> {
    return this.executed.promise;
  }

  /** Ends the turn, whether it runs or waits for a slot in the pool; the first outcome counts. */
  interrupt(outcome: TurnOutcome = INTERRUPTED): void {
    if (this.canceled.signal.aborted) return;
    this.cancellation = outcome;
    this.canceled.abort();
    this.run?.interrupt(outcome);
  }

  /** Ends the turn because the service stops; one that has not started, nor was interrupted, stays queued. */
  stop(): void {
    this.postponed ||= !this.canceled.signal.aborted;
    this.interrupt(SERVICE_STOPPED);
  }

  /** Leaves the turn to those that wait; one that has begun, or is to end, goes on. */
  stepBack(): void {
    if (this.turn.status === 'queued') this.stop();
  }

  /** Resolves when the agent has begun the turn that runs, or it is over. */
  async begun(): Promise<void> {
    await this.run?.begun;
  }

  /** Adds to what the agent was given; false when the turn does not run yet. */
  steer(message: UserMessage): Promise<boolean> {
    return this.run?.steer(message) ?? Promise.resolve(false);
  }

  private async outcome(message: NewMessage): Promise<TurnOutcome> {
    const { signal } = this.canceled;
    const { recorder, threads, tools } = this.services;
    await recorder.beforeTurn(this.next.chat, this.turn, signal);
    const prepared = await threads.prepare(this.next, signal);
    // What was put there is not the turn's.
    await recorder.beforeTurn(this.next.chat, this.turn, signal);
    const wait = { signal, onQueued: (position: number) => this.queued(position) };
    const opened = await threads.open({ ...this.next, prepared }, wait, tools);
    const { thread, budget, effort, toolNames, instructions, writes, events } = opened;
    try {
      this.canceled.signal.throwIfAborted();
      // Not before: while the turn waits for its slot nothing holds its pictures.
      const given = await this.services.threads.asGiven(message, this.canceled.signal);
      this.canceled.signal.throwIfAborted();
      const started = turnStarted(this.turn, routeOf(this.next.chat, this.turn.options));
      // Committed before the agent gets it: a turn that it may have begun is never begun again.
      await this.services.recorded(this.turn, {
        events: [...started.events, ...events],
        writes: [...writes, ...(started.writes ?? [])],
      });
      this.onStarted();
      turnWaitSeconds.observe(secondsBetween(this.turn.createdAt, this.turn.startedAt));
      this.run = new TurnRun(this.services, this.next.chat, this.turn, { thread, budget, toolNames });
      if (this.canceled.signal.aborted) this.run.interrupt(this.cancellation);
      this.instructions = instructions;
      return await this.run.run(given, { effort, news: instructions.news });
    } finally {
      thread.release();
    }
  }

  private queued(position: number): void {
    const data = { turn: toTurnDto(this.turn), position };
    this.services.record(this.turn, { events: [{ type: 'turn.queued', turnId: this.turn.id, data }] });
  }

  private outcomeOf(error: unknown): TurnOutcome {
    return this.canceled.signal.aborted ? this.cancellation : outcomeOfError(error);
  }

  private async end(outcome: TurnOutcome): Promise<void> {
    const { services, turn, run } = this;
    const unanswered = await services.approvals.closeTurn(turn.id);
    const closed = run?.close() ?? { events: [] };
    const usage = run?.turnUsage ?? NO_USAGE;
    const ended = turnEnded(turn, outcome, { usage, isCut: hasCutText(closed), agentTurn: run?.agentTurn });
    const entry = concat(closed, unanswered, ended);
    const told = run?.agentTurn.codexTurnId ? (this.instructions?.writesAfter(turn) ?? []) : [];
    const writes = [...(entry.writes ?? []), chatUsed(turn.chatId, usage), ...told];
    await services.recorded(turn, { ...entry, writes });
    const { status, error } = outcome;
    turnsEnded.inc({ status, code: error?.code ?? '' });
    if (turn.startedAt !== null) turnSeconds.observe(secondsBetween(turn.startedAt, turn.endedAt));
    services.logger.info({ chatId: turn.chatId, turnId: turn.id, status, code: error?.code }, 'turn ended');
  }
}

const secondsBetween = (from: string, to: string | null): number => (Date.parse(to ?? from) - Date.parse(from)) / 1000;
