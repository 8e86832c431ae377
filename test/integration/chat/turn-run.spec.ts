import { AgentRefusedError, AgentUnansweredError } from '../../../src/app-server/agent/agent.errors';
import type { AgentTurn } from '../../../src/app-server/agent/agent-turn';
import type { UserMessage } from '../../../src/app-server/agent/agent-message';
import type { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { TurnBudget } from '../../../src/chat/turns/turn-budget';
import { TurnRun } from '../../../src/chat/turns/turn-run';
import type { PoolConfig } from '../../../src/config/pool.config';
import { TurnConfig } from '../../../src/config/turn.config';
import { ChatFixture } from '../../support/chat-fixture';
import { eventually } from '../../support/eventually';
import { AGENT_TURN, FakeThread, questionOf, recordOf } from '../../support/fake-agent';

const soon = () => new Promise(setImmediate);

describe('the run of a turn', () => {
  let chats: ChatFixture;
  let thread: FakeThread;
  let run: TurnRun;
  let budget: TurnBudget;
  let turn: TurnEntity;
  let given: UserMessage;
  let happened: string[];
  let mayStart: PromiseWithResolvers<string>;

  const begin = async (settings: Partial<PoolConfig> = {}, limits: Partial<TurnConfig> = {}): Promise<void> => {
    chats = await ChatFixture.open(settings);
    const chat = await chats.addChat();
    const added = await chats.addTurn(chat, { status: 'running' });
    ({ turn } = added);
    given = { id: added.message.id, content: [{ type: 'text', text: 'hello' }] };
    ({ happened } = chats);
    ({ thread } = chats.agent);
    mayStart = Promise.withResolvers();
    thread.onStart = () => mayStart.promise;
    budget = new TurnBudget(Object.assign(new TurnConfig(), limits));
    run = new TurnRun(chats.services, chat, turn, { thread, budget, toolNames: [] });
  };
  beforeEach(() => begin());
  afterEach(async () => {
    thread.release();
    await chats.close();
  });

  const start = () => mayStart.resolve(AGENT_TURN);
  const warn = () => thread.happen({ type: 'warning', turnId: null, message: 'careful' });
  const happenedInLog = () => happened.filter((what) => !what.startsWith('agent'));
  /** Resolves when all that was recorded is committed. */
  const recorded = () => chats.services.recorded(turn, { events: [] });

  it('interrupts in the agent what was to be interrupted before the agent had named the turn', async () => {
    const ended = run.run(given);
    run.interrupt();
    await soon();
    expect(happened).toEqual(['agent starts']);
    start();
    await soon();
    expect(happened).toEqual(['agent starts', `agent interrupts ${AGENT_TURN}`]);
    thread.end('interrupted');
    await expect(ended).resolves.toMatchObject({ status: 'interrupted' });
  });

  it('ends as completed when the agent has completed it before it received the interruption', async () => {
    const ended = run.run(given);
    start();
    await soon();
    run.interrupt();
    thread.end('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
  });

  it('ends as completed, with its text, when that is found in the record of the agent alone', async () => {
    thread.onLastTurn = () => Promise.resolve(recordOf('completed', { texts: ['whole'] }));
    const ended = run.run(given);
    start();
    await soon();
    run.interrupt();
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
    await recorded();
    expect(happenedInLog()).toEqual(['message.created', 'message.completed']);
  });

  it('gives up the process of an interrupted turn that does not end, for as long as that is read', async () => {
    const ended = run.run(given);
    start();
    await soon();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    try {
      thread.isHeldUp = true;
      run.interrupt();
      jest.advanceTimersByTime(60_000);
      expect(happened).toEqual(['agent starts', `agent interrupts ${AGENT_TURN}`]);
      thread.isHeldUp = false;
      jest.advanceTimersByTime(5_000);
    } finally {
      jest.useRealTimers();
    }
    await expect(ended).resolves.toEqual({ status: 'interrupted', error: null });
    expect(happened.at(-1)).toBe('abandoned: an interrupted turn did not end');
  });

  it('takes the end of another turn of the thread for that one, and not for its own', async () => {
    const ended = run.run(given);
    start();
    await soon();
    thread.end('interrupted', 'an earlier turn');
    thread.end('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
  });

  it('gives up the process of a turn that may run although its start was not answered', async () => {
    const ended = run.run(given);
    mayStart.reject(new AgentUnansweredError('no answer'));
    await expect(ended).resolves.toMatchObject({ status: 'failed' });
    expect(happened).toEqual(['agent starts', 'abandoned: turn/start was not answered']);
  });

  it('goes on when its start was not answered and its events show that it runs', async () => {
    const ended = run.run(given);
    thread.happen({ type: 'turnStarted' });
    await soon();
    mayStart.reject(new AgentUnansweredError('no answer'));
    thread.end('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
    expect(happened).toEqual(['agent starts']);
  });

  it('fails at once, and keeps the process, when the agent refuses it', async () => {
    const ended = run.run(given);
    mayStart.reject(new AgentRefusedError('no'));
    await expect(ended).resolves.toMatchObject({ status: 'failed', error: { code: 'turn_failed' } });
    expect(happened).toEqual(['agent starts']);
  });

  it('fails with the words of the model backend where the gateway has them', async () => {
    const ended = run.run(given);
    start();
    await soon();
    const upstream = { code: 'model_not_found', message: 'no such model' };
    chats.failures.modelNotFound(thread.threadId, upstream.message);
    thread.end('failed');
    await expect(ended).resolves.toEqual({ status: 'failed', error: upstream });
  });

  it('records nothing more when it has ended while the agent is asked whether it has', async () => {
    const [asked, record] = [Promise.withResolvers<void>(), Promise.withResolvers<AgentTurn>()];
    thread.onLastTurn = () => {
      asked.resolve();
      return record.promise;
    };
    const ended = run.run(given);
    start();
    thread.happen({ type: 'itemStarted', item: { id: 'item', type: 'message', text: '' } });
    await soon();
    run.interrupt();
    await asked.promise;
    thread.end('interrupted');
    await ended;
    await recorded();
    const before = [...happened];
    record.resolve(recordOf('completed', { texts: ['whole'] }));
    for (let round = 0; round < 10; round += 1) await soon();
    await recorded();
    expect(happened).toEqual(before);
  });

  it('takes no more input when it has ended, while its end is being stored', async () => {
    const ended = run.run(given);
    await expect(run.steer(given)).resolves.toBe(false);
    start();
    await soon();
    await expect(run.steer(given)).resolves.toBe(true);
    thread.end('completed');
    await ended;
    await expect(run.steer(given)).resolves.toBe(false);
  });

  it.each(['file_change', 'permissions'] as const)(
    'declines a question about %s itself, and says so, where nothing may leave the sandbox',
    async (kind) => {
      await chats.close();
      await begin({ sandboxModeMax: 'workspace-write' });
      const ended = run.run(given);
      start();
      await soon();
      const [respond, refuse] = [jest.fn(), jest.fn()];
      thread.happen({ type: 'question', question: questionOf({ kind }), respond, refuse });
      thread.end('completed');
      await ended;
      await recorded();
      expect(respond).toHaveBeenCalledWith({ decision: 'decline' });
      expect(happenedInLog()).toEqual(['warning']);
    },
  );

  it('waits for a person where an answer may let something out of the sandbox', async () => {
    const ended = run.run(given);
    start();
    await soon();
    thread.happen({ type: 'question', question: questionOf(), respond: () => undefined, refuse: () => undefined });
    await soon();
    expect(chats.approvals.waits(turn.id)).toBe(true);
    thread.happen({ type: 'questionWithdrawn', turnId: null, questionId: 1 });
    thread.end('completed');
    await ended;
    await recorded();
    expect(happenedInLog()).toEqual(['approval.requested', 'approval.resolved']);
  });

  it('goes on after a message of the agent that makes no sense', async () => {
    const ended = run.run(given);
    start();
    await soon();
    thread.happen({ type: 'unreadable', error: new Error('no such item') });
    warn();
    thread.end('completed');
    await expect(ended).resolves.toEqual({ status: 'completed', error: null });
    await recorded();
    expect(happenedInLog()).toEqual(['warning']);
  });

  it('reads no more of what the agent sends than the database takes', async () => {
    const release = chats.database.hold();
    const ended = run.run(given);
    start();
    await soon();
    for (let count = 0; count < 1_000; count += 1) warn();
    await eventually('it stops to read', async () => {
      const before = thread.backlog;
      for (let round = 0; round < 10; round += 1) await soon();
      return before > 0 && thread.backlog === before;
    });
    release();
    thread.end('completed');
    await ended;
    await recorded();
    expect(happenedInLog()).toHaveLength(1_000);
  });

  it('ends as failed by the limit that it has reached, with its commands, unless the agent has completed it', async () => {
    for (const [status, expected] of [
      [
        'interrupted',
        {
          status: 'failed',
          error: { code: 'turn_limit_reached', message: expect.stringContaining('1 call') as string },
        },
      ],
      ['completed', { status: 'completed', error: null }],
    ] as const) {
      await chats.close();
      await begin({}, { maxModelCalls: 1 });
      const ended = run.run(given);
      start();
      await soon();
      expect(budget.refuseCall()).toBeUndefined();
      expect(happened).toEqual(['agent starts']);
      expect(budget.refuseCall()).toBeDefined();
      expect(happened).toEqual(['agent starts', `agent interrupts ${AGENT_TURN}`]);
      thread.end(status);
      await expect(ended).resolves.toEqual(expected);
      expect(thread.commandsEnded).toBe(1);
    }
  });

  it('says which of its commands were ended because too many run on, and asks for none where it has run none', async () => {
    thread.commandsBeyondLimit = ['npm run dev'];
    const ended = run.run(given);
    start();
    await soon();
    const data = { command: 'npm run dev', cwd: '.', output: '', exitCode: null, durationMs: null };
    const action = { kind: 'command', status: 'running', title: 'npm run dev', data } as const;
    thread.happen({ type: 'itemStarted', item: { id: 'item', type: 'action', action } });
    thread.end('completed');
    await ended;
    await recorded();
    expect(happenedInLog()).toEqual(['item.started', 'warning']);
    expect(thread.commandsEnded).toBe(0);

    await chats.close();
    await begin();
    thread.commandsBeyondLimit = ['npm run dev'];
    const quiet = run.run(given);
    start();
    thread.end('completed');
    await quiet;
    await recorded();
    expect(happenedInLog()).toEqual([]);
  });
});
