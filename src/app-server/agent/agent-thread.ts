import type { CollaborationMode } from '../protocol/generated/CollaborationMode';
import type { JsonValue } from '../protocol/generated/serde_json/JsonValue';
import type { Argv, ThreadLease, ThreadSignal } from '../pool/thread-lease';
import type { AgentProcess } from '../process/agent-process';
import { AgentEvent, agentEvent } from './agent-event';
import { HistoryMessage, historyItems, userInput, UserMessage } from './agent-message';
import { agentQuestion } from './agent-question';
import { agentToolCall, toolResponse } from './agent-tool';
import { AgentTurn, agentTurn } from './agent-turn';
import { answered, AgentUnansweredError } from './agent.errors';

const COMPACTION_END_MS = 3_000;
/** Names what codex is told beside messages. */
const CONTEXT = 'codex-relay';

/** How the agent is to work in a turn; of a plan, it writes what it would do and changes nothing. */
export type AgentMode = 'default' | 'plan';
export type { AgentProcess } from '../process/agent-process';

/** What a turn starts with. */
export interface TurnStart {
  readonly message: UserMessage;
  /** With the name of the thread's model; left out: as in the turn before, which is the default in a new thread. */
  readonly mode?: { readonly kind: AgentMode; readonly model: string };
  /** What holds from now on beside the user's messages, in words of the service. */
  readonly news?: string;
  /** Reasoning effort; left out: the model's own. */
  readonly effort?: string;
  /** JSON schema that the agent's last message has to follow. */
  readonly outputSchema?: Record<string, unknown>;
}

/**
 * A thread of codex, held for one turn.
 *
 * Every request throws AgentRefusedError when the agent said no, AgentUnansweredError when it did not answer in time, and
 * InstanceLostError when its process is gone.
 */
export interface AgentThread {
  readonly threadId: string;
  /** Absolute path of the chat's folder. */
  readonly workspace: string;
  /** Made for this lease: it knows nothing of what was said before. */
  readonly isNew: boolean;
  /** Loaded from disk for this lease: what codex could not write there is lost. */
  readonly isResumed: boolean;
  /** Why codex could not read the settings of the workspace, which it therefore passes over; undefined where it could. */
  readonly settingsFault: string | undefined;
  /** Its process is not read at the moment, as somebody does not keep up with it: its silence says nothing. */
  readonly isHeldUp: boolean;
  /** Resolves with codex's id of the turn. */
  startTurn(start: TurnStart): Promise<string>;
  /**
   * Begins a turn that replaces what the model sees of the thread by a summary; its id comes with `turnStarted`. Refused
   * while a turn runs.
   */
  startCompaction(): Promise<void>;
  /** Adds to what the turn was given. Refused when another turn, or none, is running. */
  steer(turnId: string, message: UserMessage): Promise<void>;
  /** Asks for the turn's end, which `turnEnded` follows, and ends the commands that it runs. Refused when none runs. */
  interrupt(turnId: string): Promise<void>;
  /** Ends all that its commands still run, in this turn's or an earlier one's, also what has left their session. */
  endCommands(): Promise<void>;
  /** Ends the newest of the commands beyond those that may run on when a turn is over. @returns what they are called */
  endCommandsBeyondLimit(): Promise<readonly string[]>;
  /**
   * Starts a program that sees and may do what the agent's commands do, in the workspace. It ends with `endCommands`, and no later
   * than the service.
   *
   * @throws Error when it cannot be started
   */
  startProgram(argv: Argv): AgentProcess;
  /** Puts what was said before into what the model sees; false when none of it can be. It is no turn. */
  restoreHistory(messages: readonly HistoryMessage[]): Promise<boolean>;
  /**
   * Replaces what the model sees of the thread by a summary; before the first turn of a lease, while nobody reads its events.
   *
   * @returns whether there is a summary: the model may refuse it, and the wait may end
   */
  compact(wait: CompactionWait): Promise<boolean>;
  /** The newest turn, as codex has it on disk, without its items when they are too long; null when there was none. */
  lastTurn(): Promise<AgentTurn | null>;
  /** The newest turns with all their items, the newest first. */
  newestTurns(limit: number): Promise<AgentTurn[]>;
  /**
   * What happens in the thread, in order, from the moment that it was opened; one reader at a time. Ends after `release`.
   * While it is not read, the process is held up: nothing is dropped.
   *
   * @throws InstanceLostError after the last event of a process that has ended
   */
  events(): AsyncIterable<AgentEvent>;
  /** Gives the thread back; idempotent. */
  release(): void;
  /** For a turn that cannot be ended: has the process replaced, then releases. */
  abandon(reason: string): void;
}

/** How long a summary is waited for. */
export interface CompactionWait {
  /** Ends the wait, and the compaction. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** What is used of a lease. */
export type Lease = Pick<ThreadLease, keyof ThreadLease>;

/** The thread of a lease of the pool. */
export class LeasedThread implements AgentThread {
  readonly settingsFault: string | undefined;
  private readonly compactionEndMs: number;

  /**
   * @param workspace absolute path of the chat's folder
   * @param options `settingsFault`: see AgentThread; `compactionEndMs`: how long codex may take to end a compaction that it
   *   was told to end; then its process is given up
   */
  constructor(
    private readonly lease: Lease,
    readonly workspace: string,
    { settingsFault, compactionEndMs = COMPACTION_END_MS }: { settingsFault?: string; compactionEndMs?: number } = {},
  ) {
    this.settingsFault = settingsFault;
    this.compactionEndMs = compactionEndMs;
  }

  get threadId(): string {
    return this.lease.threadId;
  }

  get isNew(): boolean {
    return this.lease.isNewThread;
  }

  get isResumed(): boolean {
    return this.lease.isResumedThread;
  }

  get isHeldUp(): boolean {
    return this.lease.isHeldUp;
  }

  async startTurn({ message, news, effort, outputSchema, mode }: TurnStart): Promise<string> {
    const turn = this.lease.startTurn({
      input: userInput(message.content),
      // Model and policy are those that the thread was opened with; repeated here they cost codex 2 ms of CPU (0.169.0).
      clientUserMessageId: message.id,
      ...(news !== undefined && { additionalContext: { [CONTEXT]: { kind: 'application', value: news } } }),
      ...(effort === undefined ? {} : { effort }),
      // Parsed from JSON by the HTTP layer, so it is a JSON value.
      ...(outputSchema === undefined ? {} : { outputSchema: outputSchema as JsonValue }),
      // It takes the place of the model and the effort, too.
      ...(mode !== undefined && { collaborationMode: collaborationMode(mode, effort ?? null) }),
    });
    return (await answered(turn)).id;
  }

  startCompaction(): Promise<void> {
    return answered(this.lease.compact());
  }

  steer(turnId: string, { id, content }: UserMessage): Promise<void> {
    // With its id, by which codex's record of the turn shows later that it was received.
    return answered(this.lease.steer({ turnId, clientUserMessageId: id, input: userInput(content) }));
  }

  interrupt(turnId: string): Promise<void> {
    return answered(this.lease.interrupt(turnId));
  }

  endCommands(): Promise<void> {
    return this.lease.endCommands();
  }

  endCommandsBeyondLimit(): Promise<readonly string[]> {
    return this.lease.endCommandsBeyondLimit();
  }

  startProgram(argv: Argv): AgentProcess {
    return this.lease.startProgram(argv);
  }

  async restoreHistory(messages: readonly HistoryMessage[]): Promise<boolean> {
    const items = historyItems(messages);
    if (items.length > 0) await answered(this.lease.inject(items));
    return items.length > 0;
  }

  async compact({ signal, timeoutMs }: CompactionWait): Promise<boolean> {
    const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    await answered(this.lease.compact());
    let turnId: string | undefined;
    let giveUp: NodeJS.Timeout | undefined;
    const end = (): void => {
      if (turnId !== undefined) this.lease.interrupt(turnId).catch(() => undefined);
      giveUp ??= setTimeout(() => this.abandon('a compaction did not end'), this.compactionEndMs);
    };
    ending.addEventListener('abort', end);
    if (ending.aborted) end();
    try {
      for await (const event of this.events()) {
        if (event.type === 'question' || event.type === 'toolCall') event.refuse('nobody is asked in a compaction');
        if (event.type === 'turnStarted' && turnId === undefined && event.turnId !== null) {
          turnId = event.turnId;
          if (ending.aborted) end();
        }
        if (event.type === 'turnEnded' && event.turnId === turnId) return event.turn.status === 'completed';
      }
      throw new AgentUnansweredError('codex did not end a compaction');
    } finally {
      clearTimeout(giveUp);
      ending.removeEventListener('abort', end);
    }
  }

  async lastTurn(): Promise<AgentTurn | null> {
    const turn = await answered(this.lease.lastTurn()).catch((error: unknown) => {
      // Of a long answer the record is too long to be read, too.
      if (error instanceof AgentUnansweredError) return answered(this.lease.lastTurn('notLoaded'));
      throw error;
    });
    return turn && agentTurn(turn);
  }

  async newestTurns(limit: number): Promise<AgentTurn[]> {
    return (await answered(this.lease.newestTurns(limit))).map(agentTurn);
  }

  async *events(): AsyncGenerator<AgentEvent, void, void> {
    for await (const signal of this.lease.signals()) yield this.eventOf(signal);
  }

  release(): void {
    this.lease.release();
  }

  abandon(reason: string): void {
    this.lease.abandon(reason);
  }

  private eventOf(signal: ThreadSignal): AgentEvent {
    try {
      return signal.kind === 'notification' ? agentEvent(signal.notification, this.workspace) : this.questionOf(signal);
    } catch (error) {
      if (signal.kind === 'request') signal.refuse('it could not be understood');
      return { type: 'unreadable', turnId: null, error };
    }
  }

  private questionOf(signal: Extract<ThreadSignal, { kind: 'request' }>): AgentEvent {
    const refuse = (reason: string): void => signal.refuse(reason);
    const respond = (response: unknown): void => signal.respond(response);
    const call = agentToolCall(signal.request);
    if (call) {
      return {
        type: 'toolCall',
        turnId: call.turnId,
        call,
        respond: (output) => respond(toolResponse(output)),
        refuse,
      };
    }
    const question = agentQuestion(signal.request, this.workspace);
    if (question) return { type: 'question', turnId: null, question, respond, refuse };
    refuse(`${signal.request.method} is not supported`);
    return { type: 'other', turnId: null };
  }
}

/** Without instructions of ours: codex has its own for each mode. */
const collaborationMode = ({ kind, model }: Required<TurnStart>['mode'], effort: string | null): CollaborationMode => ({
  mode: kind,
  settings: { model, reasoning_effort: effort, developer_instructions: null },
});
