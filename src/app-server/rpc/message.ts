import type { RequestId } from '../protocol/generated/RequestId';

export type { RequestId };

/** JSON-RPC's own codes, and those that codex adds. */
export const METHOD_NOT_FOUND = -32601;
export const REFUSED = -32600;
/** Codex's inbound queue is full, or it takes no more input; the request was not looked at. */
export const OVERLOADED = -32001;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface RpcRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly params?: unknown;
}

export interface RpcNotification {
  readonly method: string;
  readonly params?: unknown;
}

export interface RpcResponse {
  readonly id: RequestId;
  readonly result?: unknown;
  readonly error?: RpcError;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcResponse;

export const isRequest = (message: RpcMessage): message is RpcRequest => 'method' in message && 'id' in message;
export const isResponse = (message: RpcMessage): message is RpcResponse => !('method' in message);

/** The message on this line, or null when it is none. Codex leaves the field `jsonrpc` out. */
export function parseMessage(line: string): RpcMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { id, method } = value as { id?: unknown; method?: unknown };
  const hasId = typeof id === 'number' || typeof id === 'string';
  return typeof method === 'string' || hasId ? (value as RpcMessage) : null;
}

const HEAD = /^\s*\{\s*(?:"method"\s*:\s*("(?:[^"\\]|\\.)*")\s*,\s*)?"id"\s*:\s*(\d+|"(?:[^"\\]|\\.)*")/;

/** Whom a line that is too long to parse belongs to: codex writes `method` and `id` before everything else. */
export function parseHead(head: string): { method?: string; id: RequestId } | null {
  const match = HEAD.exec(head);
  if (match?.[2] === undefined) return null;
  const id = JSON.parse(match[2]) as RequestId;
  return match[1] === undefined ? { id } : { id, method: JSON.parse(match[1]) as string };
}
