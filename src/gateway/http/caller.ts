import type { IncomingHttpHeaders } from 'node:http';
import { isObject, JsonObject, parseJson, textOf } from '../protocol/json';

/** Who sent a request to `/v1`, as far as it matters for the answer. */
export interface Caller {
  /** Codex decides by error codes of its own, and does not want its tools told back. */
  readonly isCodex: boolean;
  /** Threads that the request may belong to, its own first. */
  readonly threadIds: readonly string[];
}

/**
 * Reads the headers and the body of a request. Codex 0.169.0 names its thread and, for the agents that a thread
 * spawns, the session they are part of; the cache key is the thread's id too (measured).
 */
export function callerOf(headers: IncomingHttpHeaders, body: JsonObject): Caller {
  const header = headers['x-codex-turn-metadata'];
  const metadata = typeof header === 'string' ? parseJson(header) : undefined;
  const named = isObject(metadata) ? [metadata.thread_id, metadata.session_id] : [];
  const threadIds = [...named, body.prompt_cache_key].flatMap((id) => textOf(id) ?? []);
  return { isCodex: header !== undefined, threadIds: [...new Set(threadIds)] };
}
