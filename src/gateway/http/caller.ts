import type { IncomingHttpHeaders } from 'node:http';
import { GatewayCaller } from '../access/gateway-caller';
import { isObject, JsonObject, parseJson, textOf } from '../protocol/json';

/** Who sent a request to `/v1`, as far as it matters for the answer. */
export interface Caller {
  /** Codex decides by error codes of its own, and does not want its tools told back. */
  readonly isCodex: boolean;
  /** Threads that the request may belong to, its own first. */
  readonly threadIds: readonly string[];
  /** What the caller may use; left out by callers inside the service. */
  readonly access?: GatewayCaller;
}

/**
 * Reads the headers and the body of a request. Codex 0.169.0 names its thread and, for the agents that a thread
 * spawns, the session they are part of; the cache key is the thread's id too (measured).
 *
 * Only a process of this service is believed its thread: anybody else would reach somebody's chat by naming one.
 */
export function callerOf(headers: IncomingHttpHeaders, body: JsonObject, access?: GatewayCaller): Caller {
  const header = headers['x-codex-turn-metadata'];
  const isCodex = header !== undefined;
  if (access !== undefined && access.kind !== 'instance') return { isCodex, threadIds: [], access };
  const metadata = typeof header === 'string' ? parseJson(header) : undefined;
  const named = isObject(metadata) ? [metadata.thread_id, metadata.session_id] : [];
  const threadIds = [...named, body.prompt_cache_key].flatMap((id) => textOf(id) ?? []);
  return { isCodex, threadIds: [...new Set(threadIds)], access };
}

/** Whether the request is from outside the service: its answer is as the specification says, byte for byte or not. */
export const isOutside = ({ access }: Caller): boolean => access !== undefined && access.kind !== 'instance';

/** Whether the request is held to the specification: codex, ours or a user's own, sends more than that knows. */
export const isStrict = (caller: Caller): boolean => isOutside(caller) && !caller.isCodex;
