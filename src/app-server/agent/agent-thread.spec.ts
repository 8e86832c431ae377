import type { ThreadSignal } from '../pool/thread-lease';
import type { ServerNotification } from '../protocol/generated/ServerNotification';
import type { ServerRequest } from '../protocol/generated/ServerRequest';
import type { Turn } from '../protocol/generated/v2/Turn';
import { OutcomeUnknownError, RequestRefusedError } from '../rpc/rpc.errors';
import type { AgentEvent } from './agent-event';
import { Lease, LeasedThread } from './agent-thread';
import { AgentRefusedError, AgentUnansweredError } from './agent.errors';

const TURN = {
  ...{ id: 'turn', rootTurnId: null, items: [], itemsView: 'full', status: 'completed', error: null },
  ...{ startedAt: null, completedAt: null, durationMs: null },
} satisfies Turn;

/** A lease that answers everything at once. */
class FakeLease implements Lease {
  readonly threadId = 'thread';
  readonly instanceId = 'codex-1';
  readonly isNewThread = false;
  readonly isResumedThread = false;
  readonly isHeldUp = false;
  readonly startTurn = jest.fn<Promise<Turn>, Parameters<Lease['startTurn']>>(() => Promise.resolve(TURN));
  readonly steer = jest.fn(() => Promise.resolve());
  readonly interrupt = jest.fn(() => Promise.resolve());
  readonly endCommands = jest.fn(() => Promise.resolve());
  readonly endCommandsBeyondLimit = jest.fn(() => Promise.resolve([]));
  readonly startProgram = jest.fn<never, Parameters<Lease['startProgram']>>(() => {
    throw new Error('nothing is started here');
  });
  readonly compact = jest.fn(() => Promise.resolve());
  readonly inject = jest.fn<Promise<void>, Parameters<Lease['inject']>>(() => Promise.resolve());
  readonly lastTurn = jest.fn<Promise<Turn | null>, Parameters<Lease['lastTurn']>>(() => Promise.resolve(null));
  readonly newestTurns = jest.fn(() => Promise.resolve([]));
  readonly release = jest.fn();
  private readonly abandoned = Promise.withResolvers<void>();
  readonly abandon = jest.fn(() => this.abandoned.resolve());

  /** @param goesOn whether more may come until the lease is given up */
  constructor(
    private readonly said: readonly ThreadSignal[] = [],
    private readonly goesOn = false,
  ) {}

  async *signals(): AsyncGenerator<ThreadSignal> {
    await Promise.resolve();
    yield* this.said;
    if (this.goesOn) await this.abandoned.promise;
  }
}

const eventsOf = async (...said: ThreadSignal[]): Promise<AgentEvent[]> => {
  const events: AgentEvent[] = [];
  for await (const event of new LeasedThread(new FakeLease(said), '/workspace').events()) events.push(event);
  return events;
};
/** Only the fields that matter; codex sends more. */
const notified = (method: string, params: object): ThreadSignal => ({
  kind: 'notification',
  notification: { method, params } as ServerNotification,
});
const asked = (method: string, params: object) => ({
  ...{ kind: 'request' as const, request: { id: 7, method, params } as ServerRequest },
  ...{ respond: jest.fn(), refuse: jest.fn() },
});

describe('the thread of a lease', () => {
  it('gives a question with the way back to codex', async () => {
    const request = asked('item/fileChange/requestApproval', { itemId: 'patch', reason: 'why' });
    const [event] = await eventsOf(request);
    if (event?.type !== 'question') throw new Error('nothing is asked');
    expect(event.question).toMatchObject({ id: 7, kind: 'file_change', itemId: 'patch', request: { reason: 'why' } });
    event.respond(event.question.responseTo('decline'));
    expect(request.respond).toHaveBeenCalledWith({ decision: 'decline' });
  });

  it('refuses a request that no person answers, so that its turn does not hang', async () => {
    const request = asked('attestation/generate', {});
    expect(await eventsOf(request)).toEqual([{ type: 'other', turnId: null }]);
    expect(request.refuse).toHaveBeenCalledWith('attestation/generate is not supported');
  });

  it('passes on what a tool of the service is called with, and its output in the words of codex', async () => {
    const request = asked('item/tool/call', { callId: 'item', turnId: 'turn', tool: 'look', arguments: { at: 'x' } });
    const [event] = await eventsOf(request);
    if (event?.type !== 'toolCall') throw new Error('it is no call');
    expect(event).toMatchObject({ turnId: 'turn', call: { itemId: 'item', tool: 'look', arguments: { at: 'x' } } });
    event.respond({ success: true, content: [{ type: 'picture', url: 'data:image/png;base64,AA' }] });
    const contentItems = [{ type: 'inputImage', imageUrl: 'data:image/png;base64,AA' }];
    expect(request.respond).toHaveBeenCalledWith({ success: true, contentItems });
  });

  it('goes on after a message that makes no sense, and refuses such a request', async () => {
    const request = asked('item/permissions/requestApproval', {});
    const events = await eventsOf(
      ...[notified('item/started', { item: null }), request],
      notified('warning', { turnId: null, message: 'careful' }),
    );
    expect(events.map(({ type }) => type)).toEqual(['unreadable', 'unreadable', 'warning']);
    expect(request.refuse).toHaveBeenCalledTimes(1);
  });

  it('starts a turn with the options that were chosen, and leaves out the others', async () => {
    const lease = new FakeLease();
    const thread = new LeasedThread(lease, '/workspace');
    const message = { id: 'm', content: [{ type: 'image', url: 'data:' }] } as const;
    await expect(thread.startTurn({ message })).resolves.toBe('turn');
    await thread.startTurn({ message, effort: 'low', outputSchema: { type: 'object' } });
    const input = [{ type: 'image', url: 'data:' }];
    expect(lease.startTurn.mock.calls.map(([params]) => params)).toEqual([
      { input, clientUserMessageId: 'm' },
      { input, clientUserMessageId: 'm', effort: 'low', outputSchema: { type: 'object' } },
    ]);
  });

  it('names the mode of a turn together with the model and the effort, whose place it takes', async () => {
    const lease = new FakeLease();
    const message = { id: 'm', content: [] };
    await new LeasedThread(lease, '/workspace').startTurn({
      ...{ message, effort: 'low', mode: { kind: 'plan', model: 'x' } },
    });
    expect(lease.startTurn.mock.calls[0]?.[0].collaborationMode).toEqual({
      ...{ mode: 'plan', settings: { model: 'x', reasoning_effort: 'low', developer_instructions: null } },
    });
  });

  it('puts no history in where there is none', async () => {
    const lease = new FakeLease();
    const thread = new LeasedThread(lease, '/workspace');
    await expect(thread.restoreHistory([{ role: 'assistant', content: [] }])).resolves.toBe(false);
    expect(lease.inject).not.toHaveBeenCalled();
    await expect(thread.restoreHistory([{ role: 'user', content: [{ type: 'text', text: 'hi' }] }])).resolves.toBe(
      true,
    );
    expect(lease.inject).toHaveBeenCalledTimes(1);
  });

  it('reads the record of a turn without its items when they are too long to be read', async () => {
    const lease = new FakeLease();
    lease.lastTurn.mockRejectedValueOnce(new OutcomeUnknownError('thread/turns/list', 'too long'));
    lease.lastTurn.mockResolvedValueOnce({ ...TURN, itemsView: 'notLoaded' });
    await expect(new LeasedThread(lease, '/workspace').lastTurn()).resolves.toMatchObject({ id: 'turn', texts: null });
    expect(lease.lastTurn.mock.calls).toEqual([[], ['notLoaded']]);
  });

  it('tells a refusal from an answer that did not come, and lets other errors through', async () => {
    const lease = new FakeLease();
    const lost = new Error('the process is gone');
    const failures = [new RequestRefusedError('turn/interrupt', -1, 'no'), new OutcomeUnknownError('x', 'late'), lost];
    for (const failure of failures) lease.interrupt.mockRejectedValueOnce(failure);
    const thread = new LeasedThread(lease, '/workspace');
    await expect(thread.interrupt('turn')).rejects.toBeInstanceOf(AgentRefusedError);
    await expect(thread.interrupt('turn')).rejects.toBeInstanceOf(AgentUnansweredError);
    await expect(thread.interrupt('turn')).rejects.toBe(lost);
  });

  const COMPACTION = [
    notified('turn/started', { turn: { id: 'summary' } }),
    notified('turn/completed', { turn: { ...TURN, id: 'earlier' } }),
  ];
  const wait = (timeoutMs = 60_000, signal = new AbortController().signal) => ({ signal, timeoutMs });

  it.each([
    ['completed', true],
    ['failed', false],
    ['interrupted', false],
  ] as const)('is summed up in a turn of its own: %s is %s', async (status, succeeded) => {
    const lease = new FakeLease([
      ...COMPACTION,
      notified('turn/completed', { turn: { ...TURN, id: 'summary', status } }),
    ]);
    await expect(new LeasedThread(lease, '/workspace').compact(wait())).resolves.toBe(succeeded);
    expect(lease.compact).toHaveBeenCalledTimes(1);
  });

  it('tells codex to end a summary that takes too long, and gives its process up when it does not', async () => {
    const lease = new FakeLease(COMPACTION, true);
    const thread = new LeasedThread(lease, '/workspace', { compactionEndMs: 5 });
    await expect(thread.compact(wait(1))).rejects.toBeInstanceOf(AgentUnansweredError);
    expect(lease.interrupt).toHaveBeenCalledWith('summary');
    expect(lease.abandon).toHaveBeenCalledTimes(1);
  });

  it('ends a summary that its user stops', async () => {
    const lease = new FakeLease(COMPACTION, true);
    const stop = new AbortController();
    stop.abort();
    const thread = new LeasedThread(lease, '/workspace', { compactionEndMs: 5 });
    await expect(thread.compact(wait(60_000, stop.signal))).rejects.toBeInstanceOf(AgentUnansweredError);
    expect(lease.interrupt).toHaveBeenCalledWith('summary');
  });
});
