import { type PoolEventName } from '../compat/pool/pool-event';
import {
  type DocumentedMessage,
  type DocumentedMessages,
  anyObject,
  fields,
  text,
  wholeNumber,
} from './documented-message';
import { type JsonSchema, referenceTo } from './json-schema';

const content: JsonSchema = {
  description: 'A text, or parts, as in `POST /api/v1/chats/{id}/messages`.',
  oneOf: [text, { type: 'array', items: anyObject }],
};
const waiting = { chatId: text, messageId: text, 'expectedVersion?': text };
const ids: JsonSchema = { type: 'array', items: text };

/** The calls of the namespace `/chat`. */
export const CHAT_CALLS: DocumentedMessages = {
  'chat:join': {
    summary: 'Follow a chat; with `after` what was missed comes first. Acknowledged with `lastSeq`.',
    payload: fields({ chatId: text, 'after?': wholeNumber }),
  },
  'chat:leave': { summary: 'Follow a chat no more.', payload: fields({ chatId: text }) },
  'chats:watch': { summary: 'Be told of the changes of the list of chats.', payload: anyObject },
  'chats:unwatch': { summary: 'Be told of them no more.', payload: anyObject },
  'message:send': {
    summary: 'Send a message. Acknowledged with `messageId`, `turnId` and `waitsFor`.',
    payload: fields({ chatId: text, content, 'clientMessageId?': text, 'mode?': { enum: ['default', 'plan'] } }),
  },
  'turn:interrupt': {
    summary: 'Stop the turn that runs. Acknowledged with `turnId`, or null.',
    payload: fields({ chatId: text, 'queue?': { enum: ['keep', 'hold', 'clear'] } }),
  },
  'turn:steer': {
    summary: 'Add to the turn that runs. Acknowledged with `messageId` and `turnId`.',
    payload: fields({ chatId: text, content }),
  },
  'approval:respond': {
    summary: 'Answer an approval with one of its decisions. Acknowledged with `approval`.',
    payload: fields({
      approvalId: text,
      decision: { oneOf: [text, anyObject] },
      'answers?': anyObject,
      'message?': text,
    }),
  },
  'queue:list': { summary: 'What waits. Acknowledged with the queue.', payload: fields({ chatId: text }) },
  'queue:edit': {
    summary: 'Change a message that waits. Acknowledged with the queue.',
    payload: fields({ ...waiting, 'content?': content, 'model?': { type: ['string', 'null'] } }),
  },
  'queue:remove': { summary: 'Take a message out of what waits.', payload: fields(waiting) },
  'queue:order': {
    summary: 'The order of all that waits. Acknowledged with the queue.',
    payload: fields({ chatId: text, messageIds: ids, 'expectedVersion?': text }),
  },
  'queue:send-now': { summary: 'Tell the running turn a message that waits.', payload: fields(waiting) },
  'queue:release': {
    summary: 'Let what is held begin. Acknowledged with the queue.',
    payload: fields({ chatId: text }),
  },
};

const SESSION_ENDED: DocumentedMessage = {
  summary: 'The caller may call no more; the connection is closed.',
  payload: fields({ code: { enum: ['session_expired', 'signed_out'] }, detail: text }),
};

/** What the service says in the namespace `/chat`. */
export const CHAT_EVENTS: DocumentedMessages = {
  event: { summary: 'An entry of the log of a chat that was joined.', payload: referenceTo('EventDto') },
  'chat:closed': {
    summary: 'A chat that was joined is deleted, or may not be seen any more.',
    payload: fields({ chatId: text, code: { enum: ['chat_not_found'] } }),
  },
  'chats:changed': {
    summary: 'Chats of the list as they are now.',
    payload: fields({ chats: { type: 'array', items: referenceTo('ChatDto') } }),
  },
  'chats:deleted': { summary: 'A chat is deleted, or may not be seen any more.', payload: fields({ chatId: text }) },
  'chats:stale': { summary: 'The list is to be read again.', payload: anyObject },
  'session:ended': SESSION_ENDED,
};

const configuration = { 'model?': text, 'baseInstructions?': text, 'mcpServers?': ids };

/** The calls of the namespace `/codex`. */
export const POOL_CALLS: DocumentedMessages = {
  'thread/start': {
    summary: 'Make a thread. Acknowledged with `thread`.',
    payload: fields({
      ...{ 'cwd?': text, ...configuration },
      ...{ 'sandbox?': { enum: ['read-only', 'workspace-write', 'danger-full-access'] } },
      ...{ 'approvalPolicy?': { enum: ['untrusted', 'on-request', 'never'] } },
    }),
  },
  'turn/start': {
    summary: 'Start a turn, and follow its thread from then on. Acknowledged with `turnId`.',
    payload: fields({ threadId: text, input: { type: 'array', items: anyObject }, ...configuration }),
  },
  'turn/interrupt': {
    summary: 'Stop the turn that runs. Acknowledged with `turnId`, or null.',
    payload: fields({ threadId: text }),
  },
  'thread/subscribe': {
    summary: 'Follow a thread; with `after` what was missed comes first. Acknowledged with `thread`.',
    payload: fields({ threadId: text, 'after?': wholeNumber }),
  },
  'thread/unsubscribe': { summary: 'Follow a thread no more.', payload: fields({ threadId: text }) },
  'thread/release': {
    summary: 'Release a thread from the pool, and follow it no more. Acknowledged with `released`.',
    payload: fields({ threadId: text }),
  },
};

const ofTurn = { threadId: text, turnId: text, seq: wholeNumber };
const delta = fields({ ...ofTurn, itemId: text, delta: text });
const approval = fields({ ...ofTurn, approval: anyObject });

/** What the service says in the namespace `/codex`. */
export const POOL_EVENTS: Readonly<Record<PoolEventName | 'thread/closed' | 'session:ended', DocumentedMessage>> = {
  'turn/started': { summary: 'A turn has begun.', payload: fields(ofTurn) },
  'agent/message/delta': { summary: 'More of a message of the agent.', payload: delta },
  'agent/reasoning/delta': { summary: 'More of what the agent thinks.', payload: delta },
  'item/completed': {
    summary: 'A message, a command, a file change, a call of a tool.',
    payload: fields({ ...ofTurn, item: { ...fields({ id: text, type: text }) } }),
  },
  'turn/completed': {
    summary: 'A turn has ended.',
    payload: fields({
      ...{ ...ofTurn, status: { enum: ['completed', 'interrupted', 'failed'] } },
      ...{ error: { type: ['object', 'null'] }, usage: referenceTo('TokenUsage') },
    }),
  },
  'approval/requested': { summary: 'The agent asks a person.', payload: approval },
  'approval/resolved': { summary: 'What was asked is answered, or over.', payload: approval },
  error: {
    summary: 'Something failed that does not end the turn.',
    payload: fields({ ...ofTurn, message: text, willRetry: { type: 'boolean' } }),
  },
  'thread/closed': {
    summary: 'A thread is deleted, or may not be seen any more.',
    payload: fields({ threadId: text }),
  },
  'session:ended': SESSION_ENDED,
};
