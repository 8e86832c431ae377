import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry, DatabaseRows, Evidence, ModelEntry } from '../evidence/entries';
import { check } from './check';
import { VIOLATION_KINDS, ViolationKind } from './violation';

const TOKEN = 'tk000000000001';
const OTHER = 'tk000000000002';
const CONTENT = `${TOKEN} say 2 words`;
const ANSWER = `${TOKEN} 0 ${TOKEN} 1 `;
const SENT = { chatId: 'c', clientMessageId: 'x' };
const ACCEPTED: ClientEntry = { kind: 'accepted', ...SENT, messageId: 'm1', turnId: 't1' };

/** An event as it is stored; of its data only what the checker looks at. */
const event = (seq: number, type: string, data: object, turnId = 't1'): ChatEvent =>
  ({ chatId: 'c', seq, turnId, type, at: '', data }) as ChatEvent;

const message = (id: string, role: string, status: string, text: string) => ({
  message: { id, role, status, content: [{ type: 'text', text }] },
});
const EVENTS = [
  event(1, 'message.created', message('m1', 'user', 'final', CONTENT)),
  event(2, 'turn.queued', {}),
  event(3, 'turn.started', {}),
  event(4, 'message.created', message('m2', 'assistant', 'streaming', '')),
  event(5, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 0 ` }),
  event(6, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 1 ` }),
  event(7, 'message.completed', message('m2', 'assistant', 'final', ANSWER)),
  event(8, 'turn.completed', { status: 'completed', error: null }),
];
const seen = (events: readonly ChatEvent[]): ClientEntry[] =>
  events.map((entry) => ({ kind: 'event', chatId: 'c', reader: 'r', event: entry }));
const FOLLOWED: ClientEntry = { kind: 'followed', chatId: 'c', reader: 'r', after: 0 };
const USER = { id: 'm1', chatId: 'c', turnId: 't1', role: 'user', status: 'final', clientMessageId: 'x' };
const ASSISTANT = { ...USER, id: 'm2', role: 'assistant', text: ANSWER, clientMessageId: null };

const CLIENTS: ClientEntry[] = [
  { kind: 'sent', ...SENT, token: TOKEN, content: CONTENT },
  ACCEPTED,
  FOLLOWED,
  ...seen(EVENTS),
];
const RUN: ModelEntry[] = [
  { kind: 'asked', request: 0, token: TOKEN, content: CONTENT, answer: ANSWER, told: [TOKEN] },
  { kind: 'ended', request: 0, how: 'finished' },
];
const ROWS: DatabaseRows = {
  integrity: 'ok',
  turns: [{ id: 't1', chatId: 'c', status: 'completed', errorCode: null }],
  messages: [{ ...USER, text: CONTENT }, ASSISTANT],
  events: EVENTS,
};
const KEPT: Evidence = { clients: CLIENTS, model: RUN, database: ROWS };

const stored = (change: Partial<DatabaseRows>): Evidence => ({ ...KEPT, database: { ...ROWS, ...change } });
const turn = (status: string, errorCode: string | null) => [{ id: 't1', chatId: 'c', status, errorCode }];
/** The client saw what is stored. */
const logged = (events: ChatEvent[], change: Partial<DatabaseRows> = {}): Evidence => ({
  ...stored({ events, ...change }),
  clients: [...CLIENTS.slice(0, 3), ...seen(events)],
});
const heard = (...entries: ClientEntry[]): Evidence => ({ ...KEPT, clients: [...CLIENTS.slice(0, 3), ...entries] });
const OTHER_SENT = { kind: 'sent', chatId: 'c', clientMessageId: 'w', token: OTHER, content: OTHER } as const;
/** A second message of the client, that was sent before the first. */
const earlier: Evidence = {
  ...KEPT,
  clients: [OTHER_SENT, ...CLIENTS],
  database: {
    ...ROWS,
    messages: [...ROWS.messages, { ...USER, id: 'm3', turnId: 't2', clientMessageId: 'w', text: OTHER }],
  },
};
/** The model is asked something else. */
const asked = (change: object): Evidence => ({ ...KEPT, model: [{ ...RUN[0], ...change } as ModelEntry, RUN[1]!] });
const [created, queued, started, begun, first, second, completed, last] = EVENTS as [
  ...[ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent],
];
const before = [created, queued, started, begun];
/** The log without an entry, or with others in its place. */
const without = (left: ChatEvent, ...instead: ChatEvent[]): ChatEvent[] =>
  numbered(EVENTS.flatMap((entry) => (entry === left ? instead : [entry])));
const numbered = (events: readonly ChatEvent[]): ChatEvent[] =>
  events.map((entry, index) => ({ ...entry, seq: index + 1 }));

/** Each a run as it must not be, and what is wrong with it. */
const BROKEN: readonly [ViolationKind, string, Evidence][] = [
  ['integrity', 'a damaged file', stored({ integrity: 'row 7 missing from index' })],
  ['message_lost', 'an accepted message that is gone', stored({ messages: [ASSISTANT] })],
  ['message_lost', 'a message without its turn', stored({ turns: [] })],
  ['acceptance_changed', 'a message in another turn', stored({ messages: [{ ...USER, turnId: 't2', text: '' }] })],
  [
    'acceptance_changed',
    'two answers to one message',
    { ...KEPT, clients: [...CLIENTS, { ...ACCEPTED, turnId: 't2' }] },
  ],
  [
    'second_turn',
    'two turns of one message',
    stored({ messages: [...ROWS.messages, { ...USER, id: 'm3', turnId: 't2', text: '' }] }),
  ],
  [
    'message_unknown',
    'a message of nobody',
    stored({ messages: [...ROWS.messages, { ...USER, id: 'm3', clientMessageId: 'y', text: OTHER }] }),
  ],
  [
    'message_changed',
    'a message that is stored otherwise',
    stored({ messages: [{ ...USER, text: `${TOKEN} say 3 words` }, ASSISTANT] }),
  ],
  ['message_changed', 'a message that is put to the model otherwise', asked({ content: `${TOKEN} say 3 words` })],
  ['turn_unknown', 'a turn of nobody', stored({ turns: [...ROWS.turns, { ...ROWS.turns[0]!, id: 't2' }] })],
  ['turn_unknown', 'a turn in another chat than its message', stored({ turns: [{ ...ROWS.turns[0]!, chatId: 'd' }] })],
  ['order_changed', 'a message that is kept after a later one', earlier],
  ['turn_without_end', 'a turn that hangs', stored({ turns: turn('running', null) })],
  ['turn_without_end', 'a turn that still waits', stored({ turns: turn('queued', null) })],
  ['ends_in_log', 'two ends of a turn', logged(numbered([...EVENTS, last]))],
  ['ends_in_log', 'no end of a turn', logged(without(last))],
  ['end_differs', 'another end than the log has', stored({ turns: turn('failed', 'instance_lost') })],
  ['event_after_end', 'text after the end', logged(numbered([...before, first, last, second]))],
  [
    'end_without_code',
    'a failure without a reason',
    logged(without(last, event(8, 'turn.completed', { status: 'failed', error: null })), {
      turns: turn('failed', null),
    }),
  ],
  [
    'end_not_seen',
    'an end that never came',
    { ...KEPT, clients: [...CLIENTS, { kind: 'gave_up', chatId: 'c', turnId: 't1' }] },
  ],
  ['log_differs', 'a message whose beginning is not told', logged(without(begun))],
  ['log_differs', 'a message whose end is not told', logged(without(completed))],
  [
    'log_differs',
    'a message that is told otherwise than it is stored',
    logged(without(completed, event(7, 'message.completed', message('m2', 'assistant', 'final', `${TOKEN} 0 `)))),
  ],
  [
    'log_differs',
    'a message that is being written for ever',
    logged(without(completed), { messages: [ROWS.messages[0]!, { ...ASSISTANT, status: 'streaming' }] }),
  ],
  ['log_differs', 'a turn that begins before it waits', logged(numbered([created, started, queued, begun, last]))],
  ['log_differs', 'an answer of a turn that never began', logged(without(started))],
  [
    'log_gap',
    'a log with a gap',
    logged(EVENTS.map((entry, index) => ({ ...entry, seq: index + (index < 5 ? 1 : 2) }))),
  ],
  ['client_gap', 'a client that missed an event', heard(...seen([...before, second, completed, last]))],
  [
    'client_repeat',
    'a client that got an event twice',
    heard(...seen([...before, first, first, second, completed, last])),
  ],
  [
    'client_repeat',
    'a client that got events in another order',
    heard(...seen([...before, second, first, completed, last])),
  ],
  [
    'client_repeat',
    'a repeat after a reconnect',
    heard(...seen([...before, first]), { ...FOLLOWED, after: 5 }, ...seen([first, second, completed, last])),
  ],
  ['client_behind', 'a client without the last events', heard(...seen(before))],
  [
    'event_changed',
    'an event that is stored otherwise',
    heard(...seen([...EVENTS.slice(0, -1), { ...last, at: 'then' }])),
  ],
  [
    'shown_text_lost',
    'shown text that is not kept',
    stored({ messages: [ROWS.messages[0]!, { ...ASSISTANT, text: `${TOKEN} 0 ` }] }),
  ],
  [
    'answer_differs',
    'half of an answer as the whole',
    stored({ messages: [ROWS.messages[0]!, { ...ASSISTANT, text: `${TOKEN} 0 ` }] }),
  ],
  [
    'answer_differs',
    'a completed answer that is partial',
    stored({ messages: [ROWS.messages[0]!, { ...ASSISTANT, status: 'partial' }] }),
  ],
  [
    'text_invented',
    'text that the model did not say',
    stored({ messages: [ROWS.messages[0]!, { ...ASSISTANT, text: `${ANSWER}!` }] }),
  ],
  [
    'foreign_text',
    'an event of another chat',
    logged(without(second, event(6, 'message.delta', { messageId: 'm2', delta: OTHER }))),
  ],
  [
    'foreign_prompt',
    'a message of another chat before the model',
    {
      ...asked({ told: [OTHER, TOKEN] }),
      clients: [{ ...OTHER_SENT, chatId: 'd' }, ...CLIENTS],
    },
  ],
  ['ran_twice', 'a finished run and another', { ...KEPT, model: [...RUN, { ...RUN[0]!, request: 1 }] }],
  [
    'ran_twice',
    'a run after one that was abandoned',
    {
      ...KEPT,
      model: [
        RUN[0]!,
        { kind: 'ended', request: 0, how: 'abandoned' },
        ...RUN.map((entry) => ({ ...entry, request: 1 })),
      ],
    },
  ],
  ['ran_unstored', 'a run for nobody', asked({ token: OTHER, answer: '' })],
  ['completed_without_run', 'an answer that the model never gave', { ...KEPT, model: [] }],
];

describe('the checker of a chaos run', () => {
  it('finds nothing in a run that kept all promises', () => {
    expect(check(KEPT)).toEqual([]);
  });

  it('takes a resumed reader and a second run after the model broke off for what they are', () => {
    const clients = heard(...seen(before), { ...FOLLOWED, after: 4 }, ...seen(EVENTS.slice(4))).clients;
    const model: ModelEntry[] = [
      RUN[0]!,
      { kind: 'ended', request: 0, how: 'cut' },
      ...RUN.map((entry) => ({ ...entry, request: 1 })),
    ];
    expect(check({ ...KEPT, clients, model })).toEqual([]);
  });

  it.each(BROKEN)('finds %s: %s', (kind, _, evidence) => {
    expect(check(evidence).map((found) => found.kind)).toContain(kind);
  });

  it('is tried on every kind of violation', () => {
    expect(new Set(BROKEN.map(([kind]) => kind))).toEqual(new Set(VIOLATION_KINDS));
  });
});
