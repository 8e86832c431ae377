import type { ServerNotification } from '../../app-server/protocol/generated/ServerNotification';
import type { TurnEntity } from '../entities/turn.entity';
import type { EventDraft } from '../event-log/chat-event';
import { NO_USAGE } from '../dto/token-usage.dto';
import { TurnProjection } from './turn-projection';

const WORKSPACE = '/data/sessions/default/chat/workspace';
const TURN = { id: 'our-turn', chatId: 'chat', userId: 'user' } as TurnEntity;
const THREAD = { threadId: 'thread', turnId: 'codex-turn' };

/** Only the fields that matter; codex sends more. */
const codex = (method: ServerNotification['method'], params: object): ServerNotification =>
  ({ method, params: { ...THREAD, ...params } }) as ServerNotification;

const COMMAND = {
  ...{ type: 'commandExecution', id: 'call-1', command: "/bin/bash -c 'ls -la'", cwd: WORKSPACE, source: 'agent' },
  ...{ status: 'inProgress', aggregatedOutput: null, exitCode: null, durationMs: null, commandActions: [] },
};

describe('TurnProjection', () => {
  let projection: TurnProjection;

  beforeEach(() => {
    projection = new TurnProjection(TURN, NO_USAGE, WORKSPACE);
  });

  const apply = (method: ServerNotification['method'], params: object): readonly EventDraft[] =>
    projection.apply(codex(method, params)).events;
  const applyAll = (...notifications: [ServerNotification['method'], object][]): EventDraft[] =>
    notifications.flatMap(([method, params]) => apply(method, params));
  const typesOf = (events: readonly EventDraft[]): string[] => events.map(({ type }) => type);

  it('makes one assistant message of an agent message: begun, its deltas, whole', () => {
    const events = applyAll(
      ['item/started', { item: { type: 'agentMessage', id: 'm', text: '' } }],
      ['item/agentMessage/delta', { itemId: 'm', delta: 'Hel' }],
      ['item/agentMessage/delta', { itemId: 'm', delta: 'lo' }],
      ['item/completed', { item: { type: 'agentMessage', id: 'm', text: 'Hello' } }],
    );
    expect(typesOf(events)).toEqual(['message.created', 'message.delta', 'message.delta', 'message.completed']);
    const [created, ...rest] = events;
    const message = { ...{ chatId: 'chat', turnId: 'our-turn', role: 'assistant' } };
    expect(created?.data).toMatchObject({ message: { ...message, status: 'streaming', content: [] } });
    const { id } = (created?.data as { message: { id: string } }).message;
    expect(rest.slice(0, 2).map(({ data }) => data)).toEqual([
      { messageId: id, delta: 'Hel' },
      { messageId: id, delta: 'lo' },
    ]);
    const content = [{ type: 'text', text: 'Hello' }];
    expect(rest[2]?.data).toMatchObject({ message: { ...message, id, status: 'final', content } });
    expect(projection.close().events).toEqual([]);
  });

  it('gives a turn whose completion was missed its whole texts, and leaves alone what has them', () => {
    const message = (text: string) => ({ message: { status: 'final', content: [{ type: 'text', text }] } });
    applyAll(
      ['item/completed', { item: { type: 'agentMessage', id: 'm', text: 'first' } }],
      ['item/agentMessage/delta', { itemId: 'n', delta: 'sec' }],
    );
    const { events } = projection.completeMessages(['first', 'second', 'third']);
    expect(typesOf(events)).toEqual(['message.completed', 'message.created', 'message.completed']);
    expect(events[0]?.data).toMatchObject(message('second'));
    expect(events[2]?.data).toMatchObject(message('third'));
    expect(projection.close().events).toEqual([]);
  });

  it('takes what was published for whole when codex has completed it and cannot tell it again', () => {
    applyAll(
      ['item/agentMessage/delta', { itemId: 'm', delta: 'lo' }],
      ['item/agentMessage/delta', { itemId: 'm', delta: 'ng' }],
    );
    const { events } = projection.completeMessages(null);
    const content = [{ type: 'text', text: 'long' }];
    expect(events.map(({ data }) => data)).toMatchObject([{ message: { status: 'final', content } }]);
  });

  it('begins a message whose beginning was not told', () => {
    expect(typesOf(apply('item/agentMessage/delta', { itemId: 'm', delta: 'x' }))).toEqual([
      ...['message.created', 'message.delta'],
    ]);
    const whole = { item: { type: 'agentMessage', id: 'n', text: 'at once' } };
    expect(typesOf(apply('item/completed', whole))).toEqual(['message.created', 'message.completed']);
  });

  it('keeps of an unfinished message what was published', () => {
    applyAll(
      ['item/agentMessage/delta', { itemId: 'm', delta: 'published ' }],
      ['item/agentMessage/delta', { itemId: 'm', delta: 'text' }],
    );
    const [end] = projection.close().events;
    expect(end).toMatchObject({
      ...{ type: 'message.completed', turnId: 'our-turn' },
      data: { message: { status: 'partial', content: [{ type: 'text', text: 'published text' }] } },
    });
  });

  it('makes an action of a command, with its output and exit code, paths relative to the workspace', () => {
    const events = applyAll(
      ['item/started', { item: COMMAND }],
      ['item/commandExecution/outputDelta', { itemId: 'call-1', delta: 'a\n' }],
      ['item/commandExecution/outputDelta', { itemId: 'call-1', delta: 'b\n' }],
      [
        'item/completed',
        { item: { ...COMMAND, status: 'failed', aggregatedOutput: 'a\nb\n', exitCode: 2, durationMs: 5 } },
      ],
    );
    expect(typesOf(events)).toEqual(['item.started', 'command.output', 'command.output', 'item.completed']);
    const started = events[0]?.data as { item: { id: string } };
    expect(started.item).toMatchObject({ kind: 'command', status: 'running', title: 'ls -la', endedAt: null });
    expect(events[1]?.data).toEqual({ itemId: started.item.id, delta: 'a\n' });
    expect(events[3]?.data).toMatchObject({
      item: {
        ...{ id: started.item.id, status: 'failed', title: 'ls -la' },
        data: { cwd: '.', output: 'a\nb\n', exitCode: 2, durationMs: 5 },
      },
    });
  });

  it('keeps of an unfinished command the output that was published', () => {
    applyAll(
      ['item/started', { item: COMMAND }],
      ['item/commandExecution/outputDelta', { itemId: 'call-1', delta: 'a\n' }],
      ['item/commandExecution/outputDelta', { itemId: 'call-1', delta: 'b\n' }],
    );
    expect(projection.close().events).toMatchObject([
      { type: 'item.completed', data: { item: { status: 'interrupted', data: { output: 'a\nb\n', exitCode: null } } } },
    ]);
  });

  it('publishes a bounded part of an endless output live, and begin and end of it at last', () => {
    apply('item/started', { item: COMMAND });
    const megabyte = 'x'.repeat(1_048_576);
    const published = [1, 2, 3].flatMap(() =>
      apply('item/commandExecution/outputDelta', { itemId: 'call-1', delta: megabyte }),
    );
    expect(published.length).toBeLessThan(3);
    const [end] = apply('item/completed', {
      item: { ...COMMAND, status: 'completed', aggregatedOutput: `start${megabyte}end`, exitCode: 0 },
    });
    const output = end?.type === 'item.completed' ? String(end.data.item.data.output) : '';
    expect(output.length).toBeLessThan(300_000);
    expect(output).toMatch(/^start[\s\S]*characters left out[\s\S]*end$/);
  });

  it('publishes a file change while it is written and when it is done', () => {
    const changes = [
      { path: `${WORKSPACE}/src/a.ts`, kind: { type: 'update', move_path: `${WORKSPACE}/b.ts` }, diff: '@@' },
    ];
    const item = { type: 'fileChange', id: 'patch', changes: [], status: 'inProgress' };
    const events = applyAll(
      ['item/started', { item }],
      ['item/fileChange/patchUpdated', { itemId: 'patch', changes }],
      ['item/completed', { item: { ...item, changes, status: 'completed' } }],
    );
    expect(typesOf(events)).toEqual(['item.started', 'item.updated', 'item.completed']);
    const published = [{ path: 'src/a.ts', kind: 'update', movePath: 'b.ts', diff: '@@' }];
    expect(events[1]?.data).toMatchObject({ item: { kind: 'file_change', data: { changes: published } } });
    expect(events[2]?.data).toMatchObject({
      item: { status: 'completed', title: 'update src/a.ts', data: { changes: published } },
    });
  });

  it('publishes the summary of a reasoning, its parts apart, and raw reasoning only without one', () => {
    const events = applyAll(
      ['item/reasoning/textDelta', { itemId: 'r', delta: 'raw', contentIndex: 0 }],
      ['item/reasoning/summaryPartAdded', { itemId: 's', summaryIndex: 0 }],
      ['item/reasoning/summaryTextDelta', { itemId: 's', delta: 'one', summaryIndex: 0 }],
      ['item/reasoning/textDelta', { itemId: 's', delta: 'raw', contentIndex: 0 }],
      ['item/reasoning/summaryPartAdded', { itemId: 's', summaryIndex: 1 }],
      ['item/reasoning/summaryTextDelta', { itemId: 's', delta: 'two', summaryIndex: 1 }],
      ['item/completed', { item: { type: 'reasoning', id: 's', summary: ['one', 'two'], content: ['raw'] } }],
    );
    expect(events.map(({ data }) => ('delta' in data ? data.delta : 'text' in data && data.text))).toEqual([
      ...['raw', 'one', '\n\n', 'two', 'one\n\ntwo'],
    ]);
    expect(events.at(-1)?.type).toBe('reasoning.completed');
  });

  it('adds up the tokens of the turn on top of those of the chat', () => {
    const before = { ...NO_USAGE, totalTokens: 100 };
    projection = new TurnProjection(TURN, before, WORKSPACE);
    const last = { ...NO_USAGE, cacheWriteInputTokens: 0, inputTokens: 7, totalTokens: 10 };
    const tokenUsage = { total: last, last, modelContextWindow: 1_000 };
    const [first, second] = [1, 2].map(() => apply('thread/tokenUsage/updated', { tokenUsage })[0]);
    expect(first?.data).toMatchObject({
      usage: { totalTokens: 10 },
      chatUsage: { totalTokens: 110 },
      contextWindow: 1_000,
    });
    expect(second?.data).toMatchObject({
      usage: { inputTokens: 14, totalTokens: 20 },
      chatUsage: { totalTokens: 120 },
    });
    expect(projection.chatUsage.totalTokens).toBe(120);
  });

  it('tells of a plan, of a difference that is new, of errors and warnings', () => {
    const plan = [{ step: 'look', status: 'inProgress' }];
    expect(apply('turn/plan/updated', { explanation: null, plan })).toMatchObject([
      { type: 'plan.updated', data: { explanation: null, plan } },
    ]);
    expect(typesOf(applyAll(['turn/diff/updated', { diff: 'd' }], ['turn/diff/updated', { diff: 'd' }]))).toEqual([
      'diff.updated',
    ]);
    const error = { message: 'too many', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 503 } } };
    expect(apply('error', { error, willRetry: true })).toMatchObject([
      { type: 'error', data: { code: 'upstream_unavailable', message: 'too many', willRetry: true } },
    ]);
    expect(apply('warning', { message: 'careful' })).toMatchObject([{ type: 'warning', data: { message: 'careful' } }]);
  });

  it('says nothing of what tells a person nothing', () => {
    expect(apply('item/started', { item: { type: 'userMessage', id: 'u', content: [] } })).toEqual([]);
    expect(apply('item/completed', { item: { type: 'userMessage', id: 'u', content: [] } })).toEqual([]);
    expect(apply('item/commandExecution/outputDelta', { itemId: 'unknown', delta: 'x' })).toEqual([]);
    expect(apply('thread/status/changed', { status: { type: 'idle' } })).toEqual([]);
    expect(projection.close().events).toEqual([]);
  });
});
