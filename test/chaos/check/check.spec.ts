import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry, DatabaseRows, Evidence, ModelEntry } from '../evidence/entries';
import { check } from './check';
import { VIOLATION_KINDS, ViolationKind } from './violation';

const TOKEN = 'tk000000000001';
const OTHER = 'tk000000000002';
const ANSWER = `${TOKEN} 0 ${TOKEN} 1 `;
const SENT = { chatId: 'c', clientMessageId: 'x' };
const ACCEPTED: ClientEntry = { kind: 'accepted', ...SENT, messageId: 'm1', turnId: 't1' };

/** An event as it is stored; of its data only what the checker looks at. */
const event = (seq: number, type: string, data: object, turnId = 't1'): ChatEvent =>
  ({ chatId: 'c', seq, turnId, type, at: '', data }) as ChatEvent;

const EVENTS = [
  event(1, 'message.created', { message: { content: [{ type: 'text', text: `${TOKEN} say 2 words` }] } }),
  event(2, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 0 ` }),
  event(3, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 1 ` }),
  event(4, 'turn.completed', { status: 'completed', error: null }),
];
const seen = (events: readonly ChatEvent[]): ClientEntry[] =>
  events.map((entry) => ({ kind: 'event', chatId: 'c', reader: 'r', event: entry }));
const FOLLOWED: ClientEntry = { kind: 'followed', chatId: 'c', reader: 'r', after: 0 };
const USER = { id: 'm1', chatId: 'c', turnId: 't1', role: 'user', status: 'final', clientMessageId: 'x' };
const ASSISTANT = { ...USER, id: 'm2', role: 'assistant', text: ANSWER, clientMessageId: null };

const CLIENTS: ClientEntry[] = [{ kind: 'sent', ...SENT, token: TOKEN }, ACCEPTED, FOLLOWED, ...seen(EVENTS)];
const RUN: ModelEntry[] = [
  { kind: 'asked', request: 0, token: TOKEN, answer: ANSWER },
  { kind: 'ended', request: 0, how: 'finished' },
];
const ROWS: DatabaseRows = {
  integrity: 'ok',
  turns: [{ id: 't1', chatId: 'c', status: 'completed', errorCode: null }],
  messages: [{ ...USER, text: `${TOKEN} say 2 words` }, ASSISTANT],
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
/** A second message of the client, that was sent before the first. */
const earlier: Evidence = {
  ...KEPT,
  clients: [{ kind: 'sent', chatId: 'c', clientMessageId: 'w', token: OTHER }, ...CLIENTS],
  database: {
    ...ROWS,
    messages: [...ROWS.messages, { ...USER, id: 'm3', turnId: 't2', clientMessageId: 'w', text: OTHER }],
  },
};
const [first, second, third, last] = EVENTS as [ChatEvent, ChatEvent, ChatEvent, ChatEvent];

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
  ['order_changed', 'a message that is kept after a later one', earlier],
  ['turn_without_end', 'a turn that hangs', stored({ turns: turn('running', null) })],
  ['turn_without_end', 'a turn that still waits', stored({ turns: turn('queued', null) })],
  ['ends_in_log', 'two ends of a turn', logged([...EVENTS, { ...last, seq: 5 }])],
  ['ends_in_log', 'no end of a turn', logged(EVENTS.slice(0, 3))],
  ['end_differs', 'another end than the log has', stored({ turns: turn('failed', 'instance_lost') })],
  ['event_after_end', 'text after the end', logged([first, second, { ...last, seq: 3 }, { ...third, seq: 4 }])],
  [
    'end_without_code',
    'a failure without a reason',
    logged([first, second, third, event(4, 'turn.completed', { status: 'failed', error: null })], {
      turns: turn('failed', null),
    }),
  ],
  [
    'end_not_seen',
    'an end that never came',
    { ...KEPT, clients: [...CLIENTS, { kind: 'gave_up', chatId: 'c', turnId: 't1' }] },
  ],
  ['log_gap', 'a log with a gap', logged([first, { ...second, seq: 3 }, { ...third, seq: 4 }, { ...last, seq: 5 }])],
  ['client_gap', 'a client that missed an event', heard(...seen([first, third, last]))],
  ['client_repeat', 'a client that got an event twice', heard(...seen([first, second, second, third, last]))],
  ['client_repeat', 'a client that got events in another order', heard(...seen([first, third, second, last]))],
  [
    'client_repeat',
    'a repeat after a reconnect',
    heard(...seen([first, second]), { ...FOLLOWED, after: 2 }, ...seen([second, third, last])),
  ],
  ['client_behind', 'a client without the last events', heard(...seen([first, second]))],
  [
    'event_changed',
    'an event that is stored otherwise',
    heard(...seen([first, second, third, { ...last, at: 'then' }])),
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
    logged([first, second, event(3, 'message.delta', { messageId: 'm2', delta: OTHER }), last]),
  ],
  [
    'ran_twice',
    'a finished run and another',
    { ...KEPT, model: [...RUN, { kind: 'asked', request: 1, token: TOKEN, answer: ANSWER }] },
  ],
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
  [
    'ran_unstored',
    'a run for nobody',
    { ...KEPT, model: [...RUN, { kind: 'asked', request: 1, token: OTHER, answer: '' }] },
  ],
  ['completed_without_run', 'an answer that the model never gave', { ...KEPT, model: [] }],
];

describe('the checker of a chaos run', () => {
  it('finds nothing in a run that kept all promises', () => {
    expect(check(KEPT)).toEqual([]);
  });

  it('takes a resumed reader and a second run after the model broke off for what they are', () => {
    const clients = heard(...seen([first, second]), { ...FOLLOWED, after: 2 }, ...seen([third, last])).clients;
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
