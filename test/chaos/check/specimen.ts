import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry, DatabaseRows, DiskRecord, Evidence, ModelEntry, PromptMessage } from '../evidence/entries';
import { tokensIn } from '../evidence/token';
import { digestOfText } from '../evidence/prompt';

/** A run that kept all promises, and how to change it. */
export const TOKEN = 'tk000000000001';
export const OTHER = 'tk000000000002';
export const CONTENT = `${TOKEN} say 2 words`;
export const ANSWER = `${TOKEN} 0 ${TOKEN} 1 `;
export const SENT = { chatId: 'c', clientMessageId: 'x' };
export const ACCEPTED = { kind: 'accepted', ...SENT, messageId: 'm1', turnId: 't1' } as const;

/** An event as it is stored; of its data only what the checker looks at. */
export const event = (seq: number, type: string, data: object, turnId = 't1'): ChatEvent =>
  ({ chatId: 'c', seq, previousSeq: seq - 1, turnId, type, at: '', data }) as ChatEvent;

export const message = (id: string, role: string, status: string, text: string) => ({
  message: { id, role, status, content: [{ type: 'text', text }] },
});
export const EVENTS = [
  event(1, 'message.created', message('m1', 'user', 'final', CONTENT)),
  event(2, 'turn.queued', {}),
  event(3, 'turn.started', {}),
  event(4, 'message.created', message('m2', 'assistant', 'streaming', '')),
  event(5, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 0 ` }),
  event(6, 'message.delta', { messageId: 'm2', delta: `${TOKEN} 1 ` }),
  event(7, 'message.completed', message('m2', 'assistant', 'final', ANSWER)),
  event(8, 'turn.completed', { status: 'completed', error: null }),
];
export const seen = (events: readonly ChatEvent[]): ClientEntry[] =>
  events.map((entry) => ({ kind: 'event', chatId: 'c', reader: 'r', event: entry }));
export const FOLLOWED = { kind: 'followed', chatId: 'c', reader: 'r', after: 0 } as const;
export const USER = { id: 'm1', chatId: 'c', turnId: 't1', role: 'user', status: 'final', clientMessageId: 'x' };
export const ASSISTANT = { ...USER, id: 'm2', role: 'assistant', text: ANSWER, clientMessageId: null };

/** A message as a prompt holds it. */
export const promptMessage = (role: string, text: string): PromptMessage => ({
  ...{ role, tokens: tokensIn(text), digest: digestOfText(text) },
});

export const CLIENTS: ClientEntry[] = [
  { kind: 'sent', ...SENT, token: TOKEN, content: CONTENT },
  ACCEPTED,
  FOLLOWED,
  ...seen(EVENTS),
];
export const RUN: ModelEntry[] = [
  {
    kind: 'asked',
    request: 0,
    round: 0,
    token: TOKEN,
    content: CONTENT,
    answer: ANSWER,
    prompt: [promptMessage('user', CONTENT)],
  },
  { kind: 'ended', request: 0, how: 'finished' },
];
export const ROWS: DatabaseRows = {
  integrity: 'ok',
  turns: [{ id: 't1', chatId: 'c', status: 'completed', errorCode: null }],
  messages: [{ ...USER, text: CONTENT }, ASSISTANT],
  events: EVENTS,
  approvals: [],
  chatsIn: { chat_sessions: ['c'] },
};
export const DISK: DiskRecord = { folders: ['c'], threads: [{ file: 'thread.jsonl', tokens: [TOKEN] }] };
export const KEPT: Evidence = {
  clients: CLIENTS,
  model: RUN,
  database: ROWS,
  disk: DISK,
  commands: [],
  unrestored: [],
};

export const stored = (change: Partial<DatabaseRows>): Evidence => ({ ...KEPT, database: { ...ROWS, ...change } });
export const turn = (status: string, errorCode: string | null) => [{ id: 't1', chatId: 'c', status, errorCode }];
/** The client saw what is stored. */
export const logged = (events: ChatEvent[], change: Partial<DatabaseRows> = {}): Evidence => ({
  ...stored({ events, ...change }),
  clients: [...CLIENTS.slice(0, 3), ...seen(events)],
});
export const received = (...entries: ClientEntry[]): Evidence => ({
  ...KEPT,
  clients: [...CLIENTS.slice(0, 3), ...entries],
});
export const OTHER_SENT = { kind: 'sent', chatId: 'c', clientMessageId: 'w', token: OTHER, content: OTHER } as const;
/** A second message of the client, that was sent before the first. */
export const earlier: Evidence = {
  ...KEPT,
  clients: [OTHER_SENT, ...CLIENTS],
  database: {
    ...ROWS,
    messages: [...ROWS.messages, { ...USER, id: 'm3', turnId: 't2', clientMessageId: 'w', text: OTHER }],
  },
};
/** The model is asked something else. */
export const asked = (change: object): Evidence => ({
  ...KEPT,
  model: [{ ...RUN[0], ...change } as ModelEntry, RUN[1]!],
});
export const [created, queued, started, begun, first, second, completed, last] = EVENTS as [
  ...[ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent, ChatEvent],
];
export const before = [created, queued, started, begun];
/** The log without an entry, or with others in its place. */
export const without = (left: ChatEvent, ...instead: ChatEvent[]): ChatEvent[] =>
  numbered(EVENTS.flatMap((entry) => (entry === left ? instead : [entry])));
export const numbered = (events: readonly ChatEvent[]): ChatEvent[] =>
  events.map((entry, index) => ({ ...entry, seq: index + 1, previousSeq: index }));
