import type { ChatEvent, ChatEventType } from '../../chat/event-log/chat-event';
import type { ExecEvent } from './exec-event';
import { ExecEvents, finalResponse } from './exec-events';

type Given = readonly [type: ChatEventType, data: object];

let seq = 0;
const eventOf = ([type, data]: Given): ChatEvent =>
  ({ ...{ chatId: 'chat', seq: ++seq, previousSeq: seq - 1, turnId: 'turn', at: '' }, type, data }) as ChatEvent;

const told = (given: readonly Given[], mapper = new ExecEvents()): ExecEvent[] =>
  given.flatMap((one) => mapper.of(eventOf(one)));

const USAGE = { inputTokens: 20, cachedInputTokens: 3, outputTokens: 10, reasoningOutputTokens: 2, totalTokens: 30 };
const STARTED: Given = ['turn.started', { turn: { id: 'turn' } }];
const completed = (status: string, error: object | null = null, id = 'turn'): Given => [
  'turn.completed',
  { status, usage: USAGE, error, turn: { id } },
];
const said = (text: string, more: object = {}): Given => [
  'message.completed',
  {
    message: {
      id: 'm',
      turnId: 'turn',
      role: 'assistant',
      status: 'final',
      content: [{ type: 'text', text }],
      ...more,
    },
  },
];
const asked = (text: string, turnId = 'turn'): Given => [
  'message.created',
  { message: { id: 'u', turnId, role: 'user', status: 'final', content: [{ type: 'text', text }] } },
];
const action = (status: string, more: object = {}): object => ({
  item: { id: 'a', kind: 'command', status, data: { command: 'ls', output: '', exitCode: null }, ...more },
});

describe('the events of a chat as those of codex exec', () => {
  it('are those of a turn that answers: as the program prints them', () => {
    const events: Given[] = [
      asked('do it'),
      ['turn.queued', { turn: { id: 'turn' }, position: 0 }],
      STARTED,
      ['reasoning.delta', { itemId: 'r', delta: '**Thin' }],
      ['reasoning.completed', { itemId: 'r', text: '**Thinking** about it', superseded: false }],
      ['message.delta', { messageId: 'm', delta: 'Hel' }],
      said('Hello!'),
      ['usage.updated', { usage: USAGE, chatUsage: USAGE, contextWindow: null }],
      completed('completed'),
    ];
    expect(told(events)).toEqual([
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: '**Thinking** about it' } },
      { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Hello!' } },
      {
        type: 'turn.completed',
        usage: {
          ...{ input_tokens: 20, cached_input_tokens: 3, cache_write_input_tokens: 0 },
          ...{ output_tokens: 10, reasoning_output_tokens: 2 },
        },
      },
    ]);
  });

  it('keep the number of an item from its start to its end, and give the next one the next', () => {
    const events: Given[] = [
      ['item.started', action('running')],
      ['command.output', { itemId: 'a', delta: 'x' }],
      ['item.updated', action('running')],
      ['item.completed', action('completed')],
      ['item.completed', action('completed', { id: 'b' })],
      ['item.started', action('running', { id: 'c', kind: 'other', data: { type: 'x' } })],
    ];
    expect(told(events).map((event) => ('item' in event ? [event.type, event.item.id] : []))).toEqual([
      ['item.started', 'item_0'],
      ['item.updated', 'item_0'],
      ['item.completed', 'item_0'],
      ['item.completed', 'item_1'],
    ]);
  });

  it('have the plan as a todo_list that begins, changes, and ends with the turn', () => {
    const plan = (first: string): Given => [
      'plan.updated',
      {
        explanation: null,
        plan: [
          { step: 'one', status: first },
          { step: 'two', status: 'pending' },
        ],
      },
    ];
    const items = (isDone: boolean) => [
      { text: 'one', completed: isDone },
      { text: 'two', completed: false },
    ];
    const events = told([STARTED, plan('inProgress'), plan('completed'), completed('completed')]);
    expect(events.slice(1, -1)).toEqual([
      { type: 'item.started', item: { id: 'item_0', type: 'todo_list', items: items(false) } },
      { type: 'item.updated', item: { id: 'item_0', type: 'todo_list', items: items(true) } },
      { type: 'item.completed', item: { id: 'item_0', type: 'todo_list', items: items(true) } },
    ]);
  });

  it('leave out what broke off and was said again, and the words of users', () => {
    const events: Given[] = [
      said('Hel', { status: 'superseded' }),
      ['reasoning.completed', { itemId: 'r', text: '', superseded: true }],
      ['reasoning.completed', { itemId: 'r', text: ' \n', superseded: false }],
      said('mine', { role: 'user' }),
    ];
    expect(told(events)).toEqual([]);
  });

  it('tell of errors of the stream as error, and of what a person should know as an item', () => {
    const events: Given[] = [
      ['error', { code: 'upstream', message: 'Reconnecting... 1/5', willRetry: true }],
      ['warning', { message: 'a warning' }],
      ['context.omitted', { code: 'image_not_accepted', message: 'left out' }],
    ];
    expect(told(events)).toEqual([
      { type: 'error', message: 'Reconnecting... 1/5' },
      { type: 'item.completed', item: { id: 'item_0', type: 'error', message: 'a warning' } },
      { type: 'item.completed', item: { id: 'item_1', type: 'error', message: 'left out' } },
    ]);
  });

  it.each([
    ['failed', { code: 'x', message: 'bad thing' }, 'bad thing'],
    ['failed', null, 'turn failed'],
    ['interrupted', null, 'The turn was interrupted.'],
  ])('end with turn.failed where the turn was %s', (status, error, message) => {
    expect(told([STARTED, completed(status, error)])).toEqual([
      { type: 'turn.started' },
      { type: 'turn.failed', error: { message } },
    ]);
  });

  it('tell of approvals with the item that they are about', () => {
    const approval = { id: 'p', itemId: 'a', kind: 'command', request: { command: 'ls' }, decisions: ['accept'] };
    const state = { status: 'pending', decision: null, expiresAt: 'later' };
    const [, requested] = told([
      ['item.started', action('running')],
      ['approval.requested', { approval: { ...approval, ...state, choices: [], display: {} } }],
    ]);
    expect(requested).toEqual({
      type: 'approval.requested',
      approval: {
        ...{ id: 'p', item_id: 'item_0', kind: 'command', request: { command: 'ls' }, decisions: ['accept'] },
        ...{ status: 'pending', decision: null, expires_at: 'later' },
      },
    });
    const [unknown] = told([['approval.resolved', { approval: { ...approval, ...state, itemId: 'gone' } }]]);
    expect(unknown).toMatchObject({ type: 'approval.resolved', approval: { item_id: null } });
    expect(told([['approval.resolved', { approval: { ...approval, ...state, itemId: null } }]])).toMatchObject([
      { approval: { item_id: null } },
    ]);
  });

  it('have the prompt of each turn where they are told again, and know whether a turn runs', () => {
    const mapper = new ExecEvents(true);
    const first = told([asked('one'), asked('two', 'other'), STARTED, asked('added to it')], mapper);
    expect(first).toEqual([{ type: 'turn.started', prompt: 'one' }]);
    expect(mapper.isInTurn).toBe(true);
    const second = told([completed('completed'), ['turn.started', { turn: { id: 'other' } }]], mapper);
    expect(second.at(-1)).toEqual({ type: 'turn.started', prompt: 'two' });
    told([completed('completed', null, 'other')], mapper);
    expect(mapper.isInTurn).toBe(false);
    expect(told([['turn.started', { turn: { id: 'x' } }]], mapper)).toEqual([{ type: 'turn.started' }]);
  });

  it.each([
    ...([
      'turn.queued',
      'message.delta',
      'message.updated',
      'reasoning.delta',
      'command.output',
      'diff.updated',
    ] as const),
    ...(['approval_rule.created', 'approval_rule.deleted', 'usage.updated', 'context.compacted'] as const),
    ...(['chat.updated', 'queue.changed', 'workspace.changed', 'mcp_server.updated'] as const),
    ...(['snapshot.created', 'snapshot.skipped', 'workspace.restored', 'log.truncated'] as const),
  ])('have nothing for %s', (type) => {
    expect(told([[type, {}]])).toEqual([]);
  });
});

describe('the final response', () => {
  it('is the last message of the agent, or empty', () => {
    expect(finalResponse(told([STARTED, said('first'), said('last'), completed('completed')]))).toBe('last');
    expect(finalResponse(told([STARTED, completed('failed')]))).toBe('');
  });
});
