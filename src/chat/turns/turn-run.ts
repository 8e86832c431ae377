import { setImmediate as readOn, setTimeout as sleep } from 'node:timers/promises';
import type { ThreadLease, ThreadSignal } from '../../app-server/pool/thread-lease';
import type { ServerNotification } from '../../app-server/protocol/generated/ServerNotification';
import type { Turn } from '../../app-server/protocol/generated/v2/Turn';
import { RequestRefusedError } from '../../app-server/rpc/rpc.errors';
import { firstDeltaSeconds } from '../../common/metrics';
import { Question, questionOf, questionWithin } from '../approvals/question';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import type { LogEntry } from '../event-log/log-entry';
import { TurnProjection } from '../projection/turn-projection';
import type { TokenUsage } from '../dto/token-usage.dto';
import { userInput } from './user-input';
import { IdleTimer } from './idle-timer';
import { COMPLETED, failed, INTERRUPTED, outcomeOfCodex, outcomeOfError, TurnOutcome } from './turn-outcome';
import type { TurnServices } from './turn-services';
import { readUnheardEnd } from './unheard-end';

/** How long codex may take to end a turn that it was told to interrupt, while what it says is read. */
const INTERRUPT_DEADLINE_MS = 3_000;
const INTERRUPT_LOOK_MS = 250;
/** Notifications whose events may wait for their commit before the reading of more waits, too. */
const MAX_BACKLOG = 400;

/** A user's message, as far as codex is told of it. */
export type SaidMessage = Pick<MessageEntity, 'id' | 'content'>;

type Asked = Extract<ThreadSignal, { kind: 'request' }>;

/** One turn on a leased thread: starts it in codex, records what happens, and knows how it ended. */
export class TurnRun {
  private readonly projection: TurnProjection;
  private readonly ending = Promise.withResolvers<TurnOutcome>();
  private readonly idleTimer: IdleTimer;
  private codexTurnId: string | undefined;
  private interruption: TurnOutcome | undefined;
  private ended = false;
  private readonly toFirstDelta = firstDeltaSeconds.startTimer();
  private hasText = false;
  /** What codex says waits until the database has taken what it has said. */
  private waitsForLog = false;

  constructor(
    private readonly services: TurnServices,
    private readonly chat: ChatEntity,
    private readonly turn: TurnEntity,
    private readonly lease: ThreadLease,
  ) {
    const workspace = services.threads.workspaceOf(chat);
    this.projection = new TurnProjection(turn, chat.usage, workspace);
    this.idleTimer = new IdleTimer({
      ...services.silence,
      isAtWork: () => this.projection.actions.areAtWork,
      isExcused: () => this.isHeldUp || services.desk.waits(turn.id),
      onSilent: () => this.interrupt(failed('turn_idle_timeout', 'The agent was silent for too long and was stopped.')),
    });
  }

  /** Runs the turn to its end; never throws. */
  async run(message: SaidMessage): Promise<TurnOutcome> {
    this.listen().catch((error: unknown) => this.ending.resolve(outcomeOfError(error)));
    this.start(message).catch((error: unknown) => this.startFailed(error));
    const outcome = await this.ending.promise;
    this.ended = true;
    this.idleTimer.stop();
    return this.interruption && outcome.status !== 'completed' ? this.interruption : outcome;
  }

  /** What is still open in the turn, to be recorded together with its end. */
  close(): LogEntry {
    return this.projection.close();
  }

  get turnUsage(): TokenUsage {
    return this.projection.turnUsage;
  }

  get chatUsage(): TokenUsage {
    return this.projection.chatUsage;
  }

  /** Adds to what the agent was told; false when the turn does not run. @throws what a request of a lease throws */
  async steer({ id, content }: SaidMessage): Promise<boolean> {
    if (this.codexTurnId === undefined || this.ended) return false;
    // With its id, by which codex's record of the turn tells later that it has been heard.
    await this.lease.steer({ turnId: this.codexTurnId, clientUserMessageId: id, input: userInput(content) });
    return true;
  }

  /**
   * Ends the turn as `outcome`: by asking codex, and if that brings no end, by giving up its process. A turn that codex
   * turns out to have completed ends as completed.
   */
  interrupt(outcome: TurnOutcome = INTERRUPTED): void {
    if (this.interruption) return;
    this.interruption = outcome;
    if (this.codexTurnId !== undefined) this.interruptInCodex(this.codexTurnId);
    void this.giveUpLater(outcome);
  }

  private async start({ id, content }: SaidMessage): Promise<void> {
    const { effort, outputSchema } = this.turn.options;
    const turn = await this.lease.startTurn({
      input: userInput(content),
      // Model and policy are those that the thread was opened with; repeated here they cost codex 2 ms of CPU (0.169.0).
      clientUserMessageId: id,
      ...(effort === undefined ? {} : { effort }),
      // Parsed from JSON by the HTTP layer, so it is a JSON value.
      ...(outputSchema === undefined ? {} : { outputSchema: outputSchema as never }),
    });
    this.started(turn.id);
  }

  /** Codex may have started the turn although its answer was lost; its notifications tell. */
  private startFailed(error: unknown): void {
    if (this.codexTurnId !== undefined && !(error instanceof RequestRefusedError)) return;
    if (!(error instanceof RequestRefusedError)) this.lease.abandon('turn/start was not answered');
    this.ending.resolve(outcomeOfError(error));
  }

  private started(codexTurnId: string): void {
    if (this.codexTurnId !== undefined) return;
    this.codexTurnId = codexTurnId;
    if (this.interruption) this.interruptInCodex(codexTurnId);
  }

  private async listen(): Promise<void> {
    for await (const signal of this.lease.signals()) {
      if (isProgress(signal)) this.idleTimer.progress();
      if (this.heard(signal)) return;
      await this.backlogWorkedOff();
    }
  }

  /** Returns whether the turn has ended. What cannot be made sense of costs no more than itself: the turn goes on. */
  private heard(signal: ThreadSignal): boolean {
    try {
      if (signal.kind === 'notification') return this.notified(signal.notification);
      this.question(signal);
    } catch (error) {
      this.services.logger.error({ err: error, turnId: this.turn.id }, 'a message of codex could not be understood');
      if (signal.kind === 'request') signal.refuse('it could not be understood');
    }
    return false;
  }

  private notified(notification: ServerNotification): boolean {
    if (notification.method === 'turn/started') this.started(notification.params.turn.id);
    if (!this.concernsTurn(notification)) return false;
    if (notification.method === 'serverRequest/resolved') {
      this.record(this.services.desk.withdraw(this.turn.id, notification.params.requestId));
    } else if (notification.method === 'turn/completed') {
      this.ending.resolve(this.outcomeOf(notification.params.turn));
      return true;
    }
    if (notification.method === 'item/agentMessage/delta' && !this.hasText) {
      this.hasText = true;
      this.toFirstDelta();
    }
    this.record(this.projection.apply(notification));
    return false;
  }

  /** Codex replaces some of a model backend's words by its own; those of the gateway say more. */
  private outcomeOf(turn: Turn): TurnOutcome {
    const outcome = outcomeOfCodex(turn);
    const upstream = this.services.threads.takeUpstreamFailure(this.lease.threadId);
    return outcome.status === 'failed' && upstream ? { ...outcome, error: upstream } : outcome;
  }

  /** A resumed thread first repeats the state that its last turn left; only what is of this turn counts. */
  private concernsTurn({ params }: ServerNotification): boolean {
    if (this.codexTurnId === undefined) return false;
    if ('threadId' in params && params.threadId !== this.lease.threadId) return false;
    if ('turnId' in params && params.turnId !== null) return params.turnId === this.codexTurnId;
    return !('turn' in params) || params.turn.id === this.codexTurnId;
  }

  private question(signal: Asked): void {
    const asked = questionOf(signal.request, this.services.threads.workspaceOf(this.chat));
    if (!asked) return signal.refuse(`${signal.request.method} is not supported`);
    const question = this.services.isConfined ? questionWithin(asked) : asked;
    if (!question) return this.forbid(signal, asked);
    const itemId = question.codexItemId === null ? null : this.projection.actions.idOf(question.codexItemId);
    const { id: requestId } = signal.request;
    this.record(
      this.services.desk.ask(this.turn, { requestId, question, itemId, respond: (result) => signal.respond(result) }),
    );
  }

  /** Codex was told not to ask for it. */
  private forbid(signal: Asked, question: Question): void {
    signal.respond(question.answer('decline'));
    const message = 'What the agent wanted to do outside of its sandbox was declined: the service does not allow it.';
    this.record({ events: [{ type: 'warning', turnId: this.turn.id, data: { message } }] });
  }

  private record(entry: LogEntry): void {
    if (entry.events.length > 0) this.services.record(this.turn, { ...entry, unhurried: true });
  }

  private async backlogWorkedOff(): Promise<void> {
    while (this.services.log.backlog(this.chat.id) > MAX_BACKLOG) {
      this.waitsForLog = true;
      await sleep(5);
    }
    this.waitsForLog = false;
  }

  /** Nothing that codex says is heard at the moment, which is not its fault. */
  private get isHeldUp(): boolean {
    return this.waitsForLog || this.lease.isHeldUp;
  }

  private interruptInCodex(codexTurnId: string): void {
    // A refusal means that the turn is over, which codex says by a notification, too.
    this.lease.interrupt(codexTurnId).catch(() => undefined);
  }

  /** The word that the turn has ended may have been lost. */
  private async lookForEnd(): Promise<void> {
    const end = this.codexTurnId === undefined ? undefined : await readUnheardEnd(this.lease, this.codexTurnId);
    // What codex said before its answer is heard first.
    await readOn();
    if (end === undefined || this.ended) return;
    this.services.logger.warn({ turnId: this.turn.id }, 'codex was not heard to end a turn that it has completed');
    this.record(this.projection.completeMessages(end.texts));
    this.ending.resolve(COMPLETED);
  }

  private async giveUpLater(outcome: TurnOutcome): Promise<void> {
    for (let heardMs = 0; heardMs < INTERRUPT_DEADLINE_MS;) {
      await sleep(INTERRUPT_LOOK_MS, undefined, { ref: false });
      if (this.ended) return;
      if (this.isHeldUp) continue;
      if (heardMs === 0) void this.lookForEnd().catch(() => undefined);
      heardMs += INTERRUPT_LOOK_MS;
    }
    this.lease.abandon('an interrupted turn did not end');
    this.ending.resolve(outcome);
  }
}

/** Codex that tells of its next attempt to reach the model is not getting on. */
function isProgress(signal: ThreadSignal): boolean {
  return !(
    signal.kind === 'notification' &&
    signal.notification.method === 'error' &&
    signal.notification.params.willRetry
  );
}
