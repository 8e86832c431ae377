import { isNestedBeyond } from '../../common/nesting';
import { isObject } from '../../gateway/wire/json';

/** A message of MCP: a request, its answer, or a notification. */
export interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Bytes of one message, either way: what a tool answers goes to the model, and into the chat's log. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** One message in its text. @throws McpFailure */
export function parseMessage(text: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new McpFailure('protocol', 'it answered with something other than JSON');
  }
  if (!isObject(value) || value.jsonrpc !== '2.0' || !isId(value.id))
    throw new McpFailure('protocol', 'it sent what is no message of MCP');
  return value as unknown as Message;
}

/** A message as codex can read it: without halves of characters. @throws McpFailure for one that it cannot */
export function textOfMessage(message: Message): string {
  if (isNestedBeyond(message)) throw new McpFailure('protocol', 'sent what is nested too deeply');
  return JSON.stringify(message, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value));
}

/** Of a notification it is left out. */
const isId = (id: unknown): boolean => id === undefined || typeof id === 'string' || Number.isSafeInteger(id);

/** Whether a person is asked, which takes as long as it takes. */
export const isQuestion = ({ id, method }: Message): boolean => id !== undefined && method === 'elicitation/create';

export const isRequest = ({ id, method }: Message): boolean => id !== undefined && method !== undefined;
export const isAnswer = ({ id, method }: Message): boolean => id !== undefined && method === undefined;

/** Why a call came to nothing: for the chat's log, and for the model. */
export type McpFailureKind =
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  | 'protocol'
  | 'refused'
  | 'sign_in_required'
  | 'ended'
  | 'limit'
  | 'not_allowed'
  | 'no_sandbox';

/** A call of an MCP server that came to nothing; the message has no secret, and no address of a user in it. */
export class McpFailure extends Error {
  override readonly name = 'McpFailure';

  /** @param message a sentence about the server, which goes on from its name */
  constructor(
    readonly kind: McpFailureKind,
    message: string,
  ) {
    super(message);
  }
}

/** The session that a caller named is not there any more: it makes another one. */
export class SessionGoneError extends Error {
  override readonly name = 'SessionGoneError';
}

/** Code of JSON-RPC for what a server, or the way to it, could not do. */
const SERVER_ERROR = -32000;

export const errorAnswer = (id: string | number, message: string): Message => ({
  ...{ jsonrpc: '2.0', id, error: { code: SERVER_ERROR, message } },
});
