import type { NotificationMessage, RequestMessage, ResponseMessage } from 'vscode-jsonrpc/node';
import type { RequestId } from '../protocol/generated/RequestId';

export type { RequestId };

/** JSON-RPC's own codes, and those that codex adds. */
export const METHOD_NOT_FOUND = -32601;
export const REFUSED = -32600;
/** Codex's inbound queue is full, or it takes no more input; the request was not looked at. */
export const OVERLOADED = -32001;

/** What a question is answered with that was withdrawn: the writer leaves such an answer out. */
export const NO_REPLY: object = Object.freeze({});

export type RpcMessage = RequestMessage | NotificationMessage | ResponseMessage;

const jsonrpc = '2.0';

/** The message on this line, or null when it is none. Codex leaves the field `jsonrpc` out; the library asks for it. */
export function parseMessage(line: string): RpcMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { id, method, result, error }: Partial<RequestMessage & ResponseMessage> = value;
  const isId = typeof id === 'number' || typeof id === 'string';
  if (typeof method === 'string') return isId || id === undefined ? { jsonrpc, ...value, method } : null;
  if (!isId || method !== undefined) return null;
  // The library takes an answer with neither a result nor an error for none, and its request would wait on.
  return { jsonrpc, ...value, id, result: result === undefined && !error ? null : result };
}

const HEAD = /^\s*\{\s*(?:"method"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*)?"id"\s*:\s*(\d+|"(?:[^"\\]|\\.)*")/;

/** Whom a line that is too long to parse belongs to: codex writes `method` and `id` before everything else. */
export function parseHead(head: string): { method?: string; id: RequestId } | null {
  const match = HEAD.exec(head);
  if (match?.[2] === undefined) return null;
  const id = JSON.parse(match[2]) as RequestId;
  return match[1] === undefined ? { id } : { id, method: JSON.parse(match[1]) as string };
}
