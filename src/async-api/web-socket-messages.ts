import type { ContractName } from '../config/contract.config';
import { type DocumentedMessages, anyObject, fields, text, wholeNumber } from './documented-message';
import type { JsonSchema } from './json-schema';

/** What goes over the WebSocket of a contract: JSON in text frames. */
export interface DocumentedSocket {
  readonly summary: string;
  /** What is asked for in the query. */
  readonly query?: JsonSchema;
  /** From clients. */
  readonly receives: DocumentedMessages;
  readonly sends: DocumentedMessages;
}

const frame = (type: string, more: Readonly<Record<string, JsonSchema>>): JsonSchema =>
  fields({ type: { const: type }, ...more });
const said = (type: string) => ({ summary: 'What the user says.', payload: frame(type, { content: text }) });
const error = { summary: 'What went wrong.', payload: frame('error', { content: text, code: text }) };

/** By the contract that an endpoint belongs to. */
export const SOCKETS: Partial<Readonly<Record<ContractName, DocumentedSocket>>> = {
  sessions: {
    summary: 'A chat of the contract of sessions.',
    query: fields({ chat_session_id: text, llm_session_id: text, 'user_id?': text }),
    receives: { user_message: said('user_message') },
    sends: {
      reasoning: {
        summary: 'What the agent thinks, all of it so far where it is `partial`.',
        payload: frame('reasoning', { content: text, 'partial?': { const: true } }),
      },
      assistant: { summary: 'A message of the agent.', payload: frame('assistant', { content: text }) },
      approval: {
        summary: 'The agent asks, or what it has asked is over.',
        payload: frame('approval', { content: text, approval_id: text, status: text, url: text }),
      },
      error,
    },
  },
  'chat-sessions': {
    summary: 'A chat of the contract of chat sessions.',
    receives: { message: said('message') },
    sends: {
      start: { summary: 'A turn has begun.', payload: frame('start', { turn_id: text }) },
      chunk: { summary: 'More of a message.', payload: frame('chunk', { content: text, message_id: text }) },
      superseded: { summary: 'A message does not count.', payload: frame('superseded', { message_id: text }) },
      action: {
        summary: 'The agent does something.',
        payload: frame('action', { tool: text, args: anyObject, step: wholeNumber, action_id: text }),
      },
      observation: {
        summary: 'What it came to.',
        payload: frame('observation', {
          ...{ content: text, success: { type: 'boolean' }, metadata: anyObject, step: wholeNumber, action_id: text },
        }),
      },
      end: {
        summary: 'The turn is over.',
        payload: frame('end', {
          ...{ turn_id: text, message_id: { type: ['string', 'null'] }, has_error: { type: 'boolean' } },
          cancelled: { type: 'boolean' },
        }),
      },
      error,
    },
  },
  acp: {
    summary: 'The Agent Client Protocol: one JSON-RPC 2.0 message a frame.',
    receives: { request: { summary: 'A request, a notification, or a response.', payload: anyObject } },
    sends: { response: { summary: 'A response, a notification, or a request.', payload: anyObject } },
  },
};

export const UNKNOWN_SOCKET: DocumentedSocket = {
  summary: 'JSON in text frames.',
  receives: { message: { summary: 'A message of the client.', payload: anyObject } },
  sends: { message: { summary: 'A message of the service.', payload: anyObject } },
};
