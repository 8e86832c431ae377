import type { AgentProcess } from '../process/agent-process';
import type { CommandLimits, CommandProcesses } from '../process/command-processes';
import type { Method, ParamsOf, ResultOf } from '../protocol/protocol';
import type { ThreadInjectItemsParams } from '../protocol/generated/v2/ThreadInjectItemsParams';
import type { Turn } from '../protocol/generated/v2/Turn';
import type { TurnStartParams } from '../protocol/generated/v2/TurnStartParams';
import type { TurnSteerParams } from '../protocol/generated/v2/TurnSteerParams';
import { Connection } from './connection';
import { readLastTurn, readTurns } from './last-turn';
import { SignalQueue } from './signal-queue';
import { OpenThread } from './thread-opener';
import { ThreadSignal } from './thread-signal';

export type { ThreadSignal } from './thread-signal';

/** A program, looked up on the PATH of the agent's commands, and its arguments. */
export type Argv = readonly [string, ...string[]];

export interface LeaseTerms {
  readonly thread: OpenThread;
  readonly connection: Connection;
  readonly reader: SignalQueue<ThreadSignal>;
  readonly requestTimeoutMs: number;
  readonly commands: Pick<CommandProcesses, 'end' | 'endBeyond'>;
  readonly commandLimits: CommandLimits;
  /** Starts a program as a command of the thread. */
  readonly start: (argv: Argv) => AgentProcess;
  /** Ends the lease on the pool's side; called once. */
  readonly onRelease: () => void;
  /** The instance does not do what it is asked for. */
  readonly onAbandon: (reason: string) => void;
}

/** What is said in the middle of a turn. */
export interface SteeringMessage extends Pick<TurnSteerParams, 'clientUserMessageId' | 'input'> {
  readonly turnId: string;
}

/**
 * A thread that is loaded in an instance, with the right to run one turn on it.
 *
 * Every request throws InstanceLostError when the process is gone, RequestRefusedError when codex said no, and
 * OutcomeUnknownError when it did not answer in time.
 */
export class ThreadLease {
  private isReleased = false;

  constructor(private readonly terms: LeaseTerms) {}

  get threadId(): string {
    return this.terms.thread.threadId;
  }

  get instanceId(): string {
    return this.terms.connection.instanceId;
  }

  /** Codex made the thread for this lease; it has nothing on disk until its first turn. */
  get isNewThread(): boolean {
    return this.terms.thread.origin === 'made';
  }

  /** Codex has loaded it from disk for this lease; what it could not write there is lost. */
  get isResumedThread(): boolean {
    return this.terms.thread.origin === 'resumed';
  }

  async startTurn(params: Omit<TurnStartParams, 'threadId'>): Promise<Turn> {
    const { turn } = await this.request('turn/start', { ...params, threadId: this.threadId });
    return turn;
  }

  /** Gives the running turn more input. Refused when another turn, or none, is running. */
  async steer({ turnId, ...message }: SteeringMessage): Promise<void> {
    await this.request('turn/steer', { ...message, threadId: this.threadId, expectedTurnId: turnId });
  }

  /**
   * Asks codex to end the turn, which `turn/completed` follows, and the thread's commands, which it would let run on.
   * Refused when no turn is running.
   */
  async interrupt(turnId: string): Promise<void> {
    const { threadId } = this;
    // In this order, and both at once: the lease may be gone when the turn has ended.
    const ended = this.request('turn/interrupt', { threadId, turnId });
    await Promise.all([ended, this.request('thread/backgroundTerminals/clean', { threadId })]);
  }

  /** Ends all that the thread's commands still run, also what has left their session. For the end of a turn. */
  async endCommands(): Promise<void> {
    await this.terms.commands.end([this.threadId]);
  }

  /** Ends the newest commands beyond those that may run on. For the end of a turn. @returns what they are called */
  endCommandsBeyondLimit(): Promise<string[]> {
    return this.terms.commands.endBeyond(this.threadId, this.terms.commandLimits);
  }

  /**
   * Starts a program that sees and may do what the thread's commands do, in its workspace.
   *
   * @throws Error when it cannot be started
   */
  startProgram(argv: Argv): AgentProcess {
    return this.terms.start(argv);
  }

  /**
   * Appends items of the Responses API to what the model sees of the thread. They are no turn: a client that reads the
   * thread's turns does not find them.
   */
  async inject(items: ThreadInjectItemsParams['items']): Promise<void> {
    await this.request('thread/inject_items', { threadId: this.threadId, items });
  }

  /** Has codex replace what the model sees of the thread by a summary, in a turn of its own; refused while one runs. */
  async compact(): Promise<void> {
    await this.request('thread/compact/start', { threadId: this.threadId });
  }

  /** The thread's newest turn, with all its items or none, as codex has it on disk; null when it has had no turn. */
  lastTurn(items: 'full' | 'notLoaded' = 'full'): Promise<Turn | null> {
    return readLastTurn((method, params) => this.request(method, params), this.threadId, items);
  }

  /** The thread's newest turns with all their items, the newest first. */
  newestTurns(limit: number): Promise<Turn[]> {
    const which = { threadId: this.threadId, limit, itemsView: 'full' } as const;
    return readTurns((method, params) => this.request(method, params), which);
  }

  /**
   * What codex says about this thread, in order, from the moment the lease was made. One reader at a time. Ends after
   * `release`. While it is not read, the process is held up: nothing is dropped.
   *
   * @throws InstanceLostError after the last signal of a process that has ended
   */
  signals(): AsyncIterable<ThreadSignal> {
    return this.terms.reader;
  }

  /** The process is held up at the moment, by this thread's reader or another's: its silence says nothing. */
  get isHeldUp(): boolean {
    return this.terms.connection.isHeldUp;
  }

  /** Gives the slot back; idempotent. */
  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.terms.onRelease();
  }

  /** For a turn that cannot be ended: has the instance replaced, then releases, so that nobody gets the slot there. */
  abandon(reason: string): void {
    this.terms.onAbandon(reason);
    this.release();
  }

  private request<M extends Method>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>> {
    if (this.isReleased) return Promise.reject(new Error(`${method} on a lease that was released`));
    return this.terms.connection.request(method, params, { timeoutMs: this.terms.requestTimeoutMs });
  }
}
