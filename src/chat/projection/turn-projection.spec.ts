import { newTurn } from '../../../test/support/stored-turn';
import type { AgentEvent } from '../../app-server/agent/agent-event';
import type { AgentAction } from '../../app-server/agent/agent-item';
import type { EventDraft } from '../event-log/chat-event';
import { NO_USAGE } from '../entities/token-usage.dto';
import { TurnProjection } from './turn-projection';

const TURN = { ...newTurn('chat'), id: 'our-turn' };

/** The types of events that come in several forms, without the turn that they are about. */
type Content<T extends AgentEvent = AgentEvent> = T extends AgentEvent ? Omit<T, 'turnId'> : never;

const message = (type: 'itemStarted' | 'itemCompleted', id: string, text: string): Content => ({
  ...{ type, item: { id, type: 'message', text } },
});
const delta = (itemId: string, text: string): Content => ({ type: 'messageDelta', itemId, delta: text });
const output = (text: string): Content => ({ type: 'commandOutput', itemId: 'call-1', delta: text });
const command = (type: 'itemStarted' | 'itemCompleted', change: Partial<AgentAction> = {}): Content => ({
  type,
  item: {
    ...{ id: 'call-1', type: 'action' },
    action: {
      kind: 'command',
      status: 'running',
      title: 'ls -la',
      data: { cwd: '.', output: '', exitCode: null },
      ...change,
    },
  },
});

describe('TurnProjection', () => {
  let projection: TurnProjection;

  beforeEach(() => {
    projection = new TurnProjection(TURN, NO_USAGE, '/workspace');
  });

  const applyAll = (...events: Content[]): EventDraft[] =>
    events.flatMap((event) => projection.apply({ turnId: 'agent-turn', ...event }).events);
  const typesOf = (events: readonly EventDraft[]): string[] => events.map(({ type }) => type);

  it('makes one assistant message of an agent message: begun, its deltas, whole', () => {
    const events = applyAll(
      message('itemStarted', 'm', ''),
      delta('m', 'Hel'),
      delta('m', 'lo'),
      message('itemCompleted', 'm', 'Hello'),
    );
    expect(typesOf(events)).toEqual(['message.created', 'message.delta', 'message.delta', 'message.completed']);
    const [created, ...rest] = events;
    const ofTurn = { chatId: 'chat', turnId: 'our-turn', role: 'assistant' };
    expect(created?.data).toMatchObject({ message: { ...ofTurn, status: 'streaming', content: [] } });
    const id = created?.type === 'message.created' ? created.data.message.id : '';
    expect(rest.slice(0, 2).map(({ data }) => data)).toEqual([
      { messageId: id, delta: 'Hel' },
      { messageId: id, delta: 'lo' },
    ]);
    const content = [{ type: 'text', text: 'Hello' }];
    expect(rest[2]?.data).toMatchObject({ message: { ...ofTurn, id, status: 'final', content } });
    expect(projection.close().events).toEqual([]);
  });

  it('gives a turn whose completion was missed its whole texts, and leaves alone what has them', () => {
    const whole = (text: string) => ({ message: { status: 'final', content: [{ type: 'text', text }] } });
    applyAll(message('itemCompleted', 'm', 'first'), delta('n', 'sec'));
    const { events } = projection.completeMessages(['first', 'second', 'third']);
    expect(typesOf(events)).toEqual(['message.completed', 'message.created', 'message.completed']);
    expect(events[0]?.data).toMatchObject(whole('second'));
    expect(events[2]?.data).toMatchObject(whole('third'));
    expect(projection.close().events).toEqual([]);
  });

  it('takes what was published for whole when the agent has completed it and its text cannot be read again', () => {
    applyAll(delta('m', 'lo'), delta('m', 'ng'));
    const { events } = projection.completeMessages(null);
    const content = [{ type: 'text', text: 'long' }];
    expect(events.map(({ data }) => data)).toMatchObject([{ message: { status: 'final', content } }]);
  });

  it('begins a message whose beginning was missed', () => {
    expect(typesOf(applyAll(delta('m', 'x')))).toEqual(['message.created', 'message.delta']);
    const whole = message('itemCompleted', 'n', 'at once');
    expect(typesOf(applyAll(whole))).toEqual(['message.created', 'message.completed']);
  });

  it('keeps of an unfinished message what was published', () => {
    applyAll(delta('m', 'published '), delta('m', 'text'));
    const [end] = projection.close().events;
    expect(end).toMatchObject({
      ...{ type: 'message.completed', turnId: 'our-turn' },
      data: { message: { status: 'partial', content: [{ type: 'text', text: 'published text' }] } },
    });
  });

  it('supersedes what was shown of an answer that broke off, and has the next one as the answer', () => {
    const failure = { code: 'upstream_error', message: 'broke off' } as const;
    const events = applyAll(delta('m', 'half'), { type: 'error', failure, willRetry: true });
    expect(typesOf(events)).toEqual(['message.created', 'message.delta', 'error', 'message.completed']);
    expect(events.at(-1)?.data).toMatchObject({ message: { status: 'superseded' } });
    applyAll(delta('n', 'whole'));
    expect(projection.completeMessages(['whole answer']).events).toMatchObject([
      { type: 'message.completed', data: { message: { status: 'final', content: [{ text: 'whole answer' }] } } },
    ]);
  });

  it('makes an action of a command, with its output and exit code', () => {
    const events = applyAll(
      command('itemStarted'),
      output('a\n'),
      output('b\n'),
      command('itemCompleted', { status: 'failed', data: { output: 'a\nb\n', exitCode: 2 } }),
    );
    expect(typesOf(events)).toEqual(['item.started', 'command.output', 'command.output', 'item.completed']);
    const started = events[0]?.type === 'item.started' ? events[0].data.item : undefined;
    expect(started).toMatchObject({ kind: 'command', status: 'running', title: 'ls -la', endedAt: null });
    expect(events[1]?.data).toEqual({ itemId: started?.id, delta: 'a\n' });
    expect(events[3]?.data).toMatchObject({
      item: {
        ...{ id: started?.id, status: 'failed', title: 'ls -la' },
        data: { output: 'a\nb\n', exitCode: 2 },
      },
    });
  });

  it('keeps of an unfinished command the output that was published', () => {
    applyAll(command('itemStarted'), output('a\n'), output('b\n'));
    expect(projection.close().events).toMatchObject([
      { type: 'item.completed', data: { item: { status: 'interrupted', data: { output: 'a\nb\n', exitCode: null } } } },
    ]);
  });

  it('publishes a bounded part of an endless output live', () => {
    applyAll(command('itemStarted'));
    const megabyte = 'x'.repeat(1_048_576);
    expect([1, 2, 3].flatMap(() => applyAll(output(megabyte))).length).toBeLessThan(3);
  });

  it('publishes a file change while it is written and when it is done', () => {
    const changes = [{ path: 'src/a.ts', kind: 'update', movePath: 'b.ts', diff: '@@' }] as const;
    const patch = (type: 'itemStarted' | 'itemCompleted', change: Partial<AgentAction>): Content => ({
      type,
      item: {
        ...{ id: 'patch', type: 'action' },
        action: { kind: 'file_change', status: 'running', title: '', data: { changes: [] }, ...change },
      },
    });
    const events = applyAll(
      patch('itemStarted', {}),
      { type: 'fileChangeUpdated', itemId: 'patch', changes },
      patch('itemCompleted', { status: 'completed', title: 'update src/a.ts', data: { changes } }),
    );
    expect(typesOf(events)).toEqual(['item.started', 'item.updated', 'item.completed']);
    expect(events[1]?.data).toMatchObject({ item: { kind: 'file_change', data: { changes } } });
    expect(events[2]?.data).toMatchObject({
      item: { status: 'completed', title: 'update src/a.ts', data: { changes } },
    });
  });

  it('publishes the summary of a reasoning, and raw reasoning only without one', () => {
    const summary = (text: string): Content => ({ type: 'reasoningSummary', itemId: 's', delta: text });
    const raw = (itemId: string): Content => ({ type: 'reasoningText', itemId, delta: 'raw' });
    const events = applyAll(...[raw('r'), summary('one'), raw('s'), summary('\n\n'), summary('two')], {
      type: 'itemCompleted',
      item: { id: 's', type: 'reasoning', text: 'one\n\ntwo' },
    });
    expect(events.map(({ data }) => ('delta' in data ? data.delta : 'text' in data && data.text))).toEqual([
      ...['raw', 'one', '\n\n', 'two', 'one\n\ntwo'],
    ]);
    expect(events.at(-1)?.type).toBe('reasoning.completed');
  });

  it('ends what was published of a reasoning with the turn, or where the agent ends it without a text', () => {
    const thought = (itemId: string, delta: string): Content => ({ type: 'reasoningSummary', itemId, delta });
    applyAll(thought('a', 'one '), thought('a', 'two'), thought('b', 'three'));
    const [ended] = applyAll({ type: 'itemCompleted', item: { id: 'a', type: 'reasoning', text: '' } });
    expect(ended?.data).toMatchObject({ text: 'one two', superseded: false });
    expect(projection.close().events).toMatchObject([{ type: 'reasoning.completed', data: { text: 'three' } }]);
    expect(projection.close().events).toEqual([]);
  });

  it('adds up the tokens of the turn on top of those of the chat', () => {
    const before = { ...NO_USAGE, totalTokens: 100 };
    projection = new TurnProjection(TURN, before, '/workspace');
    const usage = { ...NO_USAGE, inputTokens: 7, totalTokens: 10 };
    const [first, second] = [1, 2].flatMap(() => applyAll({ type: 'usageUpdated', usage, contextWindow: 1_000 }));
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

  it('publishes a plan, a difference that is new, errors and warnings', () => {
    const plan = [{ step: 'look', status: 'inProgress' as const }];
    const diff = { type: 'diffUpdated', diff: 'd' } as const;
    const failure = { code: 'upstream_unavailable', message: 'too many' };
    const events = applyAll(
      { type: 'planUpdated', explanation: null, plan },
      ...[diff, diff],
      { type: 'error', failure, willRetry: true },
      { type: 'warning', message: 'careful' },
    );
    expect(events).toMatchObject([
      { type: 'plan.updated', data: { explanation: null, plan } },
      { type: 'diff.updated', data: { diff: 'd' } },
      { type: 'error', data: { ...failure, willRetry: true } },
      { type: 'warning', data: { message: 'careful' } },
    ]);
  });

  it('publishes nothing of what says nothing to a person', () => {
    const item = { id: 'u', type: 'other' } as const;
    const events = applyAll(
      ...([{ type: 'itemStarted', item }, { type: 'itemCompleted', item }, { type: 'other' }] as const),
      output('of no command'),
    );
    expect(events).toEqual([]);
    expect(projection.close().events).toEqual([]);
  });
});
