import { setImmediate as readOn } from 'node:timers/promises';
import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { UserMessage } from '../../app-server/agent/agent-message';
import type { AgentThread } from '../../app-server/agent/agent-thread';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { AgentRefusedError } from '../../app-server/agent/agent.errors';
import { firstDeltaSeconds } from '../../common/metrics';
import { ChatEntity } from '../entities/chat.entity';
import type { TokenUsage } from '../entities/token-usage.dto';
import { TurnEntity } from '../entities/turn.entity';
import { warning } from '../event-log/chat-event';
import type { LogEntry } from '../event-log/log-entry';
import { contextOmitted } from '../projection/context-events';
import { TurnProjection } from '../projection/turn-projection';
import { begin } from './begin-turn';
import type { OpenedThread } from './chat-threads';
import { IdleTimer } from './idle-timer';
import type { TurnBudget } from './turn-budget';
import { type Asked, TurnQuestions } from './turn-questions';
import type { TurnServices } from './turn-services';
import { TurnToolCalls } from './turn-tool-calls';
import { COMPLETED, failed, INTERRUPTED, outcomeOf, outcomeOfError, TurnOutcome } from './turn-state';

/** How long the agent may take to end an interrupted turn, while what it sends is read; then its process is given up. */
const INTERRUPT_DEADLINE_MS = 3_000;
/** After so long an interrupted turn is looked up in the agent's record: the message of its end may be lost. */
const RECORD_CHECK_MS = 250;
/** How long the whole output of a stopped command may take behind the end of its turn (some milliseconds, measured). */
const LAST_OUTPUT_MS = 500;
/** Events that may wait for their commit before the reading of more waits, too. */
const MAX_BACKLOG = 400;

/** One turn on an open thread: starts it in the agent, records what happens, and knows how it ended. */
export class TurnRun {
  private readonly projection: TurnProjection;
  private readonly ending = Promise.withResolvers<TurnOutcome>();
  private readonly beginning = Promise.withResolvers<void>();
  private readonly idleTimer: IdleTimer;
  private readonly thread: AgentThread;
  private readonly budget: TurnBudget;
  private readonly toolCalls: TurnToolCalls;
  private readonly ask: (asked: Asked) => void;
  private interruptTimer: IdleTimer | undefined;
  private recordTimer: NodeJS.Timeout | undefined;
  /** The agent's id of the turn. */
  private agentTurnId: string | undefined;
  private interruption: TurnOutcome | undefined;
  private ended = false;
  private readonly toFirstDelta = firstDeltaSeconds.startTimer();
  private hasText = false;
  /** How the agent has ended the turn, while the outputs of what it has stopped are waited for. */
  private endOutcome: TurnOutcome | undefined;
  private outputTimer: NodeJS.Timeout | undefined;
  /** The agent is not read until the database has taken what it has sent. */
  private waitsForLog = false;

  constructor(
    private readonly services: TurnServices,
    private readonly chat: ChatEntity,
    private readonly turn: TurnEntity,
    { thread, budget, toolNames }: Pick<OpenedThread, 'thread' | 'budget' | 'toolNames'>,
  ) {
    this.thread = thread;
    this.budget = budget;
    this.projection = new TurnProjection(turn, chat.usage, thread.workspace);
    const questions = new TurnQuestions({ services, chat, turn, thread, projection: this.projection });
    this.ask = (asked) => this.record(questions.ask(asked));
    this.toolCalls = new TurnToolCalls({ tools: services.tools, chat, names: toolNames, thread, ask: this.ask });
    this.idleTimer = new IdleTimer({
      ...services.silence,
      isAtWork: () => this.projection.actions.areAtWork,
      isExcused: () => this.isHeldUp || services.approvals.waits(turn.id),
      onSilent: () => this.interrupt(failed('turn_idle_timeout', 'The agent was silent for too long and was stopped.')),
    });
  }

  /**
   * Runs the turn to its end; never throws.
   *
   * @param terms `effort`: undefined for the model's own; `news`: what the agent is told of its instructions, if anything
   */
  async run(message: UserMessage, terms: { effort?: string; news?: string } = {}): Promise<TurnOutcome> {
    const { threads } = this.services;
    this.budget.start({
      isWaiting: () => this.services.approvals.waits(this.turn.id),
      onExhausted: (reason) => this.interrupt(failed('turn_limit_reached', reason)),
    });
    const unwatch = threads.watchCalls(this.thread.threadId, this.projection.calls);
    const endOmissions = threads.onOmitted(this.chat.id, (one) => this.record(contextOmitted(this.turn, one)));
    this.listen().catch((error: unknown) => this.ending.resolve(this.endOutcome ?? outcomeOfError(error)));
    this.start(message, terms).catch((error: unknown) => this.startFailed(error));
    const outcome = await this.ending.promise;
    this.ended = true;
    this.beginning.resolve();
    this.budget.stop();
    unwatch();
    endOmissions();
    clearTimeout(this.outputTimer);
    this.idleTimer.stop();
    this.interruptTimer?.stop();
    clearTimeout(this.recordTimer);
    await this.toolCalls.end();
    await this.leaveCommands();
    return this.interruption && outcome.status !== 'completed' ? this.interruption : outcome;
  }

  /** What is still open in the turn, to be recorded together with its end. */
  close(): LogEntry {
    return this.projection.close();
  }

  /** Resolves when the agent has begun the turn, or it is over. */
  get begun(): Promise<void> {
    return this.beginning.promise;
  }

  get turnUsage(): TokenUsage {
    return this.projection.turnUsage;
  }

  /** Codex's ids of the thread and the turn that it runs as; null while it has not begun. */
  get agentTurn(): Pick<TurnEntity, 'codexThreadId' | 'codexTurnId'> {
    const { agentTurnId: codexTurnId = null, thread } = this;
    return { codexThreadId: codexTurnId && thread.threadId, codexTurnId };
  }

  /**
   * Adds to what the agent was given; false when the turn does not run, or only sums up, in which words would be lost.
   *
   * @throws what a request of a thread throws
   */
  async steer(message: UserMessage): Promise<boolean> {
    if (this.agentTurnId === undefined || this.ended || this.turn.options.kind === 'compaction') return false;
    await this.thread.steer(this.agentTurnId, message);
    return true;
  }

  /**
   * Ends the turn as `outcome`: by asking the agent, and if that brings no end, by giving up its process. A turn that the
   * agent turns out to have completed ends as completed.
   */
  interrupt(outcome: TurnOutcome = INTERRUPTED): void {
    if (this.interruption) return;
    this.interruption = outcome;
    if (this.agentTurnId !== undefined) this.interruptInAgent(this.agentTurnId);
    this.projection.actions.stopTools();
    void this.toolCalls.end();
    this.interruptTimer = new IdleTimer({
      ...{ limitMs: INTERRUPT_DEADLINE_MS, workLimitMs: INTERRUPT_DEADLINE_MS, isAtWork: () => false },
      isExcused: () => this.isHeldUp,
      onSilent: () => this.giveUp(outcome),
    });
    this.checkRecordSoon();
  }

  private async start(message: UserMessage, { effort, news }: { effort?: string; news?: string }): Promise<void> {
    const agentTurnId = await begin(this.thread, { chat: this.chat, turn: this.turn, message, effort, news });
    if (agentTurnId !== undefined) this.started(agentTurnId);
  }

  /** The agent may have started the turn although its answer was lost; its events show that. */
  private startFailed(error: unknown): void {
    if (this.agentTurnId !== undefined && !(error instanceof AgentRefusedError)) return;
    if (!(error instanceof AgentRefusedError)) this.thread.abandon('turn/start was not answered');
    this.ending.resolve(outcomeOfError(error));
  }

  private started(agentTurnId: string): void {
    if (this.agentTurnId !== undefined) return;
    this.agentTurnId = agentTurnId;
    this.beginning.resolve();
    if (this.interruption) this.interruptInAgent(agentTurnId);
  }

  private async listen(): Promise<void> {
    for await (const event of this.thread.events()) {
      if (isProgress(event)) this.idleTimer.progress();
      if (this.received(event)) return;
      await this.logCaughtUp();
    }
  }

  /** Returns whether the turn has ended. What cannot be made sense of costs no more than itself: the turn goes on. */
  private received(event: AgentEvent): boolean {
    try {
      return this.apply(event) || this.ended;
    } catch (error) {
      this.notUnderstood(error);
      if (event.type === 'question' || event.type === 'toolCall') event.refuse('it could not be understood');
      return false;
    }
  }

  private apply(event: AgentEvent): boolean {
    if (event.type === 'unreadable') this.notUnderstood(event.error);
    if (event.type === 'question') this.ask(event);
    if (event.type === 'turnStarted' && event.turnId !== null) this.started(event.turnId);
    if (!this.concernsTurn(event)) return false;
    if (event.type === 'toolCall') this.toolCalls.begin(event);
    if (event.type === 'questionWithdrawn') {
      this.toolCalls.withdraw(event.questionId);
      this.record(this.services.approvals.withdraw(this.turn.id, event.questionId));
    } else if (event.type === 'turnEnded') {
      return this.turnEnded(this.outcomeOf(event.turn));
    }
    if (event.type === 'messageDelta' && !this.hasText) {
      this.hasText = true;
      this.toFirstDelta();
    }
    this.record(this.projection.apply(event));
    return this.endOutcome !== undefined && !this.projection.actions.areAtWork && this.turnEnded(this.endOutcome);
  }

  /** All that a stopped command has printed comes behind the end of its turn, and in time or never. */
  private turnEnded(outcome: TurnOutcome): boolean {
    if (outcome.status === 'interrupted' && this.endOutcome === undefined && this.projection.actions.areAtWork) {
      this.endOutcome = outcome;
      this.projection.actions.stop();
      this.outputTimer = setTimeout(() => this.ending.resolve(outcome), LAST_OUTPUT_MS).unref();
      return false;
    }
    this.ending.resolve(outcome);
    return true;
  }

  private notUnderstood(error: unknown): void {
    this.services.logger.error({ err: error, turnId: this.turn.id }, 'a message of codex could not be understood');
  }

  /** The agent replaces some of a model backend's words by its own; those of the gateway say more. */
  private outcomeOf(turn: AgentTurn): TurnOutcome {
    const outcome = outcomeOf(turn);
    const upstream = this.services.threads.takeUpstreamFailure(this.thread.threadId);
    return outcome.status === 'failed' && upstream ? { ...outcome, error: upstream } : outcome;
  }

  /** A thread may first repeat how its last turn ended; only what is of this turn counts. */
  private concernsTurn({ turnId }: AgentEvent): boolean {
    return this.agentTurnId !== undefined && (turnId === null || turnId === this.agentTurnId);
  }

  private record(entry: LogEntry): void {
    if (entry.events.length > 0) this.services.record(this.turn, { ...entry, deferrable: true });
  }

  private async logCaughtUp(): Promise<void> {
    const { log } = this.services;
    if (log.backlog(this.chat.id) <= MAX_BACKLOG) return;
    this.waitsForLog = true;
    await log.backlogAtMost(this.chat.id, MAX_BACKLOG);
    this.waitsForLog = false;
  }

  /** Nothing of the agent is read at the moment, which is not its fault. */
  private get isHeldUp(): boolean {
    return this.waitsForLog || this.thread.isHeldUp;
  }

  private interruptInAgent(agentTurnId: string): void {
    // A refusal means that the turn is over, which an event says, too.
    this.thread.interrupt(agentTurnId).catch(() => undefined);
  }

  private checkRecordSoon(): void {
    const check = (): void => {
      if (this.isHeldUp) this.checkRecordSoon();
      else this.checkRecord().catch(() => undefined);
    };
    this.recordTimer = setTimeout(check, RECORD_CHECK_MS).unref();
  }

  /** The message that says that the turn has ended may have been missed: too long to be read, say. */
  private async checkRecord(): Promise<void> {
    if (this.agentTurnId === undefined) return;
    const last = await this.thread.lastTurn();
    // What the agent sent before its answer is received first.
    await readOn();
    if (this.ended || last?.id !== this.agentTurnId || last.status !== 'completed') return;
    this.services.logger.warn({ turnId: this.turn.id }, 'codex has completed a turn, and its end was missed');
    this.record(this.projection.completeMessages(last.texts));
    this.ending.resolve(COMPLETED);
  }

  /** Before the chat's next turn begins, whose commands are told apart by nothing. */
  private async leaveCommands(): Promise<void> {
    try {
      if (this.interruption) return await this.thread.endCommands();
      if (!this.projection.actions.haveRunCommands) return;
      for (const command of await this.thread.endCommandsBeyondLimit()) {
        const message = `Too many commands run on when their turns are over; this one was ended: ${command}`;
        this.record({ events: [warning(this.turn.id, message)] });
      }
    } catch (error) {
      this.services.logger.warn({ err: error, turnId: this.turn.id }, 'the commands of a turn could not be ended');
    }
  }

  private giveUp(outcome: TurnOutcome): void {
    this.thread.abandon('an interrupted turn did not end');
    this.ending.resolve(outcome);
  }
}

/** An agent that announces its next attempt to reach the model is not getting on. */
const isProgress = (event: AgentEvent): boolean => !(event.type === 'error' && event.willRetry);
