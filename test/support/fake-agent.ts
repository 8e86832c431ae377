import type { AgentEvent } from '../../src/app-server/agent/agent-event';
import type { HistoryMessage, UserMessage } from '../../src/app-server/agent/agent-message';
import { AgentPool, AgentTerminal, Tenant, ThreadRequest } from '../../src/app-server/agent/agent-pool';
import type { AgentQuestion } from '../../src/app-server/agent/agent-question';
import type { AgentThread } from '../../src/app-server/agent/agent-thread';
import type { AgentTurn } from '../../src/app-server/agent/agent-turn';

/** The agent's id of the turn that a fake thread runs. */
export const AGENT_TURN = 'agent-turn';

/** An event of the fake thread's turn, unless it says otherwise. */
export type Happening<T extends AgentEvent = AgentEvent> = T extends AgentEvent
  ? Omit<T, 'turnId'> & { readonly turnId?: string | null }
  : never;

/** A turn as the agent records it. */
export const recordOf = (status: AgentTurn['status'], change: Partial<AgentTurn> = {}): AgentTurn => ({
  ...{ id: AGENT_TURN, status, failure: null, userMessages: [], texts: [], plans: [] },
  ...change,
});

/** A question that the agent may ask. */
export const questionOf = (change: Partial<AgentQuestion> = {}): AgentQuestion => ({
  ...{ id: 1, kind: 'command', itemId: null, request: {}, decisions: ['accept', 'decline'] },
  responseTo: (decision) => ({ decision }),
  ...change,
});

/** A thread in which happens what a test says. Everything that it is asked for succeeds, until the test replaces it. */
export class FakeThread implements AgentThread {
  threadId = 'thread';
  workspace = '/workspace';
  isNew = false;
  isResumed = false;
  settingsFault = undefined;
  isHeldUp = false;
  onStart = (): Promise<string> => Promise.resolve(AGENT_TURN);
  onInterrupt = (): Promise<void> => Promise.resolve();
  onSteer: (message: UserMessage) => Promise<void> = () => Promise.resolve();
  onHistory = (): Promise<boolean> => Promise.resolve(this.history.length > 0);
  onCompact = (): Promise<boolean> => Promise.resolve(true);
  onLastTurn = (): Promise<AgentTurn | null> => Promise.resolve(null);
  onNewestTurns = (): Promise<AgentTurn[]> => Promise.resolve([]);
  /** How often all commands were ended. */
  commandsEnded = 0;
  /** Commands that are ended because too many run on. */
  commandsBeyondLimit: readonly string[] = [];
  /** The history that it was given last. */
  history: readonly HistoryMessage[] = [];
  /** What its turns began with. */
  readonly started: UserMessage[] = [];
  private readonly unread: AgentEvent[] = [];
  private hasMore = Promise.withResolvers<void>();
  private isReleased = false;

  /** @param requests where it notes what it is asked for, in order */
  constructor(readonly requests: string[] = []) {}

  /** What happens in the thread is read in this order. */
  happen(...events: readonly Happening[]): void {
    this.unread.push(...events.map((event) => ({ turnId: AGENT_TURN, ...event })));
    this.hasMore.resolve();
  }

  end(status: AgentTurn['status'], turnId = AGENT_TURN): void {
    this.happen({ type: 'turnEnded', turnId, turn: recordOf(status, { id: turnId }) });
  }

  /** Events that nobody has read. */
  get backlog(): number {
    return this.unread.length;
  }

  startTurn({ message }: { readonly message: UserMessage }): Promise<string> {
    this.requests.push('agent starts');
    this.started.push(message);
    return this.onStart();
  }

  startCompaction(): Promise<void> {
    this.requests.push('agent begins to compact');
    return Promise.resolve();
  }

  steer(_turnId: string, message: UserMessage): Promise<void> {
    this.requests.push(`agent gets ${message.id}`);
    return this.onSteer(message);
  }

  interrupt(turnId: string): Promise<void> {
    this.requests.push(`agent interrupts ${turnId}`);
    return this.onInterrupt();
  }

  restoreHistory(messages: readonly HistoryMessage[]): Promise<boolean> {
    this.history = messages;
    return this.onHistory();
  }

  compact(): Promise<boolean> {
    this.requests.push('agent compacts');
    return this.onCompact();
  }

  lastTurn(): Promise<AgentTurn | null> {
    return this.onLastTurn();
  }

  newestTurns(): Promise<AgentTurn[]> {
    return this.onNewestTurns();
  }

  startProgram(): never {
    throw new Error('this agent starts nothing');
  }

  endCommands(): Promise<void> {
    this.commandsEnded += 1;
    return Promise.resolve();
  }

  endCommandsBeyondLimit(): Promise<readonly string[]> {
    return Promise.resolve(this.commandsBeyondLimit);
  }

  async *events(): AsyncGenerator<AgentEvent, void, void> {
    while (!this.isReleased) {
      const event = this.unread.shift();
      if (event) yield event;
      else {
        this.hasMore = Promise.withResolvers();
        await this.hasMore.promise;
      }
    }
  }

  release(): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.requests.push('released');
    this.hasMore.resolve();
  }

  abandon(reason: string): void {
    this.requests.push(`abandoned: ${reason}`);
  }
}

/** An agent whose threads are fakes: one for all, until a test replaces `onOpen`. */
export class FakeAgent extends AgentPool {
  readonly thread: FakeThread;
  isFull = false;
  /** How threads were asked for. */
  readonly opened: ThreadRequest[] = [];
  /** Threads whose commands were ended. */
  readonly commandsEnded: string[] = [];
  /** Threads that were deleted, by chat. */
  readonly deleted: { readonly chatId: string; readonly threadIds: readonly string[] }[] = [];
  onOpen = (_request: ThreadRequest): Promise<AgentThread> => Promise.resolve(this.thread);
  onLastTurn = (): Promise<AgentTurn | null> => Promise.resolve(null);
  onDelete = (): Promise<void> => Promise.resolve();

  /** @param requests where its thread notes what it is asked for, in order */
  constructor(requests: string[] = []) {
    super();
    this.thread = new FakeThread(requests);
  }

  admits(): boolean {
    return !this.isFull;
  }

  open(request: ThreadRequest): Promise<AgentThread> {
    this.opened.push(request);
    return this.onOpen(request);
  }

  lastTurn(): Promise<AgentTurn | null> {
    return this.onLastTurn();
  }

  endCommands(threadId: string): Promise<void> {
    this.commandsEnded.push(threadId);
    return Promise.resolve();
  }

  terminals(): Promise<AgentTerminal[]> {
    return Promise.resolve([]);
  }

  unload(): Promise<boolean> {
    return Promise.resolve(false);
  }

  endTerminal(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async deleteThreads(threadIds: readonly string[], { chatId }: Tenant): Promise<void> {
    await this.onDelete();
    this.deleted.push({ chatId, threadIds });
  }
}
