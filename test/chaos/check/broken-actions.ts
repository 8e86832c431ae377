import type { ApprovalRow, ClientEntry, DatabaseRows, Evidence, MessageRow, ModelEntry } from '../evidence/entries';
import {
  ANSWER,
  CLIENTS,
  CONTENT,
  event,
  KEPT,
  message,
  numbered,
  OTHER,
  ROWS,
  RUN,
  seen,
  promptMessage,
  TOKEN,
  USER,
} from './specimen';
import type { ViolationKind } from './violation';

const ADDED = 'tk000000000003';
const GONE = 'tk000000000004';
const AT = '2026-01-01T00:00:00.000Z';
const MUCH_LATER = '2026-01-01T00:01:00.000Z';

const ASKED = `${OTHER} run, then say 1 words`;
const REPLY = `${OTHER} 0 `;
const WORD = `${ADDED} say 1 words`;
const WORD_REPLY = `${ADDED} 0 `;
const row = (id: string, role: string, text: string, clientMessageId: string | null = null): MessageRow => ({
  ...{ ...USER, id, turnId: 't2', role, text, clientMessageId },
});
const APPROVAL = { id: 'a', chatId: 'c', turnId: 't2', status: 'resolved', decision: 'accept' };
const approvalAs = (status: string, decision: string | null) => ({
  approval: { ...APPROVAL, status, decision, request: OTHER },
});
const REQUESTED = event(12, 'approval.requested', approvalAs('pending', null), 't2');
const RESOLVED = event(13, 'approval.resolved', approvalAs('resolved', 'accept'), 't2');
const said = (id: string, seq: number, text: string) => [
  event(seq, 'message.created', message(id, 'assistant', 'streaming', ''), 't2'),
  event(seq + 1, 'message.completed', message(id, 'assistant', 'final', text), 't2'),
];
const EVENTS = [
  ...ROWS.events,
  event(9, 'message.created', message('m3', 'user', 'final', ASKED), 't2'),
  event(10, 'turn.queued', {}, 't2'),
  event(11, 'turn.started', {}, 't2'),
  ...[REQUESTED, RESOLVED],
  event(14, 'message.created', message('m4', 'user', 'final', WORD), 't2'),
  ...said('m5', 15, REPLY),
  ...said('m6', 17, WORD_REPLY),
  event(19, 'turn.completed', { status: 'completed', error: null }, 't2'),
];
const FIRST = [promptMessage('user', CONTENT), promptMessage('assistant', ANSWER)];
const SECOND = [...FIRST, promptMessage('user', ASKED)];
const asked = (request: number, round: number, content: string, answer: string, before: typeof FIRST): ModelEntry[] => [
  { kind: 'asked', request, round, token: content.slice(0, TOKEN.length), content, answer, prompt: before },
  { kind: 'ended', request, how: 'finished' },
];
const MODEL = [
  ...RUN,
  ...asked(1, 0, ASKED, '', SECOND),
  ...asked(2, 1, ASKED, REPLY, SECOND),
  ...asked(3, 0, WORD, WORD_REPLY, [...SECOND, promptMessage('assistant', REPLY), promptMessage('user', WORD)]),
];
const STEERED: ClientEntry = { kind: 'steered', chatId: 'c', token: ADDED, messageId: 'm4', turnId: 't2' };
const ANSWER_GIVEN = { chatId: 'c', approvalId: 'a', decision: 'accept' };
const STOPPED = { kind: 'interrupted', chatId: 'c', turnId: 't2', at: AT } as const;
const TRIED = { kind: 'foreign_call', user: 'ben', call: 'GET c', status: 404, code: 'chat_not_found' } as const;
const CALLS: ClientEntry[] = [
  ...CLIENTS,
  { kind: 'sent', chatId: 'c', clientMessageId: 'w', token: OTHER, content: ASKED },
  { kind: 'steering', chatId: 'c', token: ADDED, content: WORD },
  STEERED,
  { kind: 'answering', ...ANSWER_GIVEN },
  { kind: 'answered', ...ANSWER_GIVEN },
  { kind: 'sent', chatId: 'd', clientMessageId: 'v', token: GONE, content: GONE },
  { kind: 'accepted', chatId: 'd', clientMessageId: 'v', messageId: 'm9', turnId: 't9' },
  { kind: 'deleting', chatId: 'd' },
  { kind: 'deleted', chatId: 'd', at: AT } as ClientEntry,
  TRIED,
  ...seen(EVENTS.slice(8)),
];
const MESSAGES = [
  ...ROWS.messages,
  row('m3', 'user', ASKED, 'w'),
  row('m4', 'user', WORD),
  row('m5', 'assistant', REPLY),
  row('m6', 'assistant', WORD_REPLY),
];

/** A run in which people did more than talk, and all promises were kept. */
export const KEPT_ACTIONS: Evidence = {
  ...KEPT,
  clients: CALLS,
  model: MODEL,
  database: {
    ...ROWS,
    turns: [...ROWS.turns, { id: 't2', chatId: 'c', status: 'completed', errorCode: null }],
    messages: MESSAGES,
    events: EVENTS,
    approvals: [APPROVAL],
  },
  commands: [OTHER],
};

/** The service died, or was not answered by codex, after codex had taken the word: nobody got an answer that it was kept. */
export const UNANSWERED_WORD: Evidence = withoutWord();

/** The model gets a message again after the death of a process that left open whether it had it. */
export const SENT_AGAIN: Evidence = {
  ...KEPT_ACTIONS,
  model: MODEL.map((entry) =>
    entry.kind === 'asked' && entry.prompt.length > 1
      ? { ...entry, prompt: [promptMessage('user', CONTENT), ...entry.prompt] }
      : entry,
  ),
};

const havingDone = (...entries: object[]): Evidence => ({
  ...KEPT_ACTIONS,
  clients: [...CALLS, ...(entries as ClientEntry[])],
});
const stored = (change: Partial<DatabaseRows>): Evidence => ({
  ...KEPT_ACTIONS,
  database: { ...KEPT_ACTIONS.database, ...change },
});
const approved = (change: Partial<ApprovalRow>): Evidence => stored({ approvals: [{ ...APPROVAL, ...change }] });
const ran = (...commands: string[]): Evidence => ({ ...KEPT_ACTIONS, commands });
const called = (without: (entry: ClientEntry) => boolean): Evidence => ({
  ...KEPT_ACTIONS,
  clients: CALLS.filter((entry) => !without(entry)),
});
/** The second message is put to the model behind this. */
const withPrompt = (...before: typeof FIRST): Evidence => ({
  ...KEPT_ACTIONS,
  model: [...RUN, ...asked(1, 0, ASKED, '', [...before, promptMessage('user', ASKED)]), ...MODEL.slice(4)],
});

/** Each a run as it must not be, by what people do besides talking, and what is wrong with it. */
export const BROKEN_ACTIONS: readonly [ViolationKind, string, Evidence][] = [
  ['memory_lost', 'an answer that the model has forgotten', withPrompt(promptMessage('user', CONTENT))],
  ['memory_lost', 'a message that the model has forgotten', withPrompt(promptMessage('assistant', ANSWER))],
  [
    'memory_lost',
    'a message that the model gets in another role',
    withPrompt(...FIRST.map((each) => ({ ...each, role: 'user' }))),
  ],
  ['memory_repeated', 'an answer that the model gets twice', withPrompt(...FIRST, promptMessage('assistant', ANSWER))],
  ['memory_order', 'a first message behind that of a later turn', thirdTurnPrompt()],
  [
    'memory_invented',
    'half of an answer besides the whole',
    withPrompt(...FIRST, promptMessage('assistant', `${TOKEN} 0 `)),
  ],
  ['approval_open', 'a question that waits for ever', approved({ status: 'pending', decision: null })],
  ['log_differs', 'a question whose end is published otherwise', approved({ status: 'canceled', decision: null })],
  ['log_differs', 'a question that is not published', stored({ events: EVENTS.filter((each) => each !== REQUESTED) })],
  ['approval_changed', 'another answer than was acknowledged', approved({ decision: 'cancel' })],
  [
    'approval_changed',
    'an acknowledged answer that does not count',
    approved({ status: 'expired', decision: 'cancel' }),
  ],
  [
    'approval_changed',
    'two acknowledged answers',
    havingDone({ kind: 'answered', ...ANSWER_GIVEN, decision: 'cancel' }),
  ],
  ['approval_invented', 'an answer of nobody', called(({ kind }) => kind === 'answering')],
  ['command_unapproved', 'a command that nobody allowed', called(({ kind }) => kind === 'answering')],
  ['command_unapproved', 'a command that was refused', approved({ decision: 'cancel' })],
  ['command_unapproved', 'a command that was not asked for', ran(OTHER, TOKEN)],
  ['command_repeated', 'a command that ran again', ran(OTHER, OTHER)],
  ['command_not_run', 'a command that was allowed in vain', ran()],
  [
    'interrupt_ignored',
    'a stopped turn that goes on',
    { ...havingDone(STOPPED), model: MODEL.map((each) => ({ ...each, at: MUCH_LATER })) },
  ],
  [
    'interrupt_ignored',
    'a stopped turn that ends otherwise',
    havingDone(STOPPED, ...seen(EVENTS.slice(-1)).map((each) => ({ ...each, at: MUCH_LATER }))),
  ],
  [
    'message_lost',
    'a word for a running turn that is gone',
    stored({ messages: MESSAGES.filter(({ id }) => id !== 'm4') }),
  ],
  [
    'second_turn',
    'a word for a running turn that is kept twice',
    stored({ messages: [...MESSAGES, row('m7', 'user', WORD)] }),
  ],
  [
    'steer_not_sent',
    'a word for a running turn that the model never got',
    { ...KEPT_ACTIONS, model: MODEL.slice(0, 6) },
  ],
  [
    'steer_kept',
    'a word for a running turn that was refused and kept',
    {
      ...KEPT_ACTIONS,
      clients: CALLS.map((each) => (each === STEERED ? { kind: 'steer_refused', chatId: 'c', token: ADDED } : each)),
    },
  ],
  ['deleted_left', 'a row of a deleted chat', stored({ chatsIn: { chat_sessions: ['c'], events: ['c', 'd'] } })],
  ['deleted_left', 'the folder of a deleted chat', { ...KEPT_ACTIONS, disk: { ...KEPT.disk, folders: ['c', 'd'] } }],
  [
    'deleted_left',
    "codex's file of a deleted chat",
    { ...KEPT_ACTIONS, disk: { ...KEPT.disk, threads: [{ file: 'f', tokens: [GONE] }] } },
  ],
  [
    'ran_deleted',
    'a run for a chat that was deleted',
    { ...KEPT_ACTIONS, model: [...MODEL, ...asked(9, 0, GONE, '', []).map((each) => ({ ...each, at: MUCH_LATER }))] },
  ],
  ['foreign_access', 'a chat of another user', havingDone({ ...TRIED, status: 200, code: '' })],
  [
    'foreign_access',
    'a chat of another user that is there, and forbidden',
    havingDone({ ...TRIED, status: 403, code: 'forbidden' }),
  ],
  ['unexplained', 'an answer that explains nothing', havingDone({ kind: 'unexplained', call: 'POST steer' })],
  ['foreign_text', 'a word of another chat, added to a running turn', foreignWord()],
];

/** A third turn, before which the model gets the first two in the wrong order. */
function thirdTurnPrompt(): Evidence {
  const content = `${GONE} say 0 words`;
  const third = { ...row('m8', 'user', content, 'z'), turnId: 't3' };
  const shuffled = [
    ...SECOND.slice(2),
    promptMessage('assistant', REPLY),
    promptMessage('user', WORD),
    promptMessage('assistant', WORD_REPLY),
    ...FIRST,
  ];
  return {
    ...stored({ messages: [...MESSAGES, third] }),
    clients: [
      ...CALLS.filter((entry) => !('chatId' in entry) || entry.chatId !== 'd'),
      { kind: 'sent', chatId: 'c', clientMessageId: 'z', token: GONE, content },
    ],
    model: [...MODEL, ...asked(9, 0, content, '', [...shuffled, promptMessage('user', content)])],
  };
}

function foreignWord(): Evidence {
  return havingDone(...seen([event(20, 'message.created', message('m9', 'user', 'final', GONE))]));
}

function withoutWord(): Evidence {
  const events = numbered(EVENTS.filter(({ seq }) => seq !== 14));
  return {
    ...KEPT_ACTIONS,
    database: { ...KEPT_ACTIONS.database, events, messages: MESSAGES.filter(({ id }) => id !== 'm4') },
    clients: [...CALLS.filter((entry) => entry !== STEERED && entry.kind !== 'event'), ...seen(events)],
  };
}
