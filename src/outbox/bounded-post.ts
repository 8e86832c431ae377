import { Dispatcher, request } from 'undici';
import { messageOf } from '../common/domain.error';
import { serviceVersion } from '../common/service-version';
import { HostNotAllowedError, type OutboundHosts } from './outbound-hosts';

/** From the first byte of the connection to the end of the answer. */
export const CALL_DEADLINE_MS = 10_000;
/** How long an attempt may take, its deadline and the writes around it; then it counts as lost, with the process that made it. */
export const LEASE_MS = 15_000;
/** What is read of an answer before its connection is given up: nothing in it counts. */
const ANSWER_BYTES = 16 * 1024;
const ANSWER_MS = 1_000;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What came of a call. */
export interface CallResult {
  readonly isTaken: boolean;
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it was not taken, in words; null: it was. */
  readonly error: string | null;
  /** What the receiver has asked for; 0: nothing. */
  readonly retryAfterSeconds: number;
}

/**
 * Makes one call of an address that a user has named, bounded in time and bytes.
 *
 * @param canceled ends the call
 * @throws what `canceled` was aborted with; a call that fails is a result
 */
export async function boundedPost(
  hosts: OutboundHosts,
  { url, headers, body }: Post,
  canceled: AbortSignal,
): Promise<CallResult> {
  const startedAt = performance.now();
  const deadline = AbortSignal.timeout(CALL_DEADLINE_MS);
  const signal = AbortSignal.any([deadline, canceled]);
  const finished = (result: Pick<CallResult, 'status' | 'error'> & { retryAfterSeconds?: number }): CallResult => {
    const durationMs = Math.round(performance.now() - startedAt);
    return { retryAfterSeconds: 0, ...result, isTaken: result.error === null, durationMs };
  };
  try {
    const address = new URL(url);
    const answer = await request(address, {
      ...{ method: 'POST', body, signal, dispatcher: hosts.wayTo(address) },
      headers: { 'user-agent': `codex-relay/${serviceVersion}`, ...headers },
    });
    const { statusCode: status } = answer;
    await discard(answer, signal);
    const retryAfterSeconds = secondsOf(answer.headers['retry-after']);
    return finished({ status, error: wordsOfStatus(status), retryAfterSeconds });
  } catch (error) {
    canceled.throwIfAborted();
    return finished({ status: null, error: deadline.aborted ? NO_ANSWER : wordsOf(error) });
  }
}

const NO_ANSWER = `There was no answer within ${CALL_DEADLINE_MS / 1_000} s.`;

/** `Retry-After` as RFC 9110 has it: seconds, or a date. 0 for anything else. */
export function secondsOf(header: string | string[] | undefined, nowMs = Date.now()): number {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - nowMs) / 1_000);
}

/** The status has said all: an answer that is too long, or does not end, changes nothing. */
async function discard({ body }: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> {
  try {
    await body.dump({ limit: ANSWER_BYTES, signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
  } catch {
    body.destroy();
  }
}

/** Null for a status that says that it was taken. */
export function wordsOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}; redirects are not followed.`;
  return `It answered ${status}.`;
}

const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer.',
  UND_ERR_SOCKET: 'The connection was closed before an answer.',
  ENOTFOUND: 'There is no host of this name.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  UND_ERR_CONNECT_TIMEOUT: 'No connection was made in time.',
  UND_ERR_HEADERS_OVERFLOW: 'Its answer has too many headers.',
};

/** Says nothing of the service's own network. */
export function wordsOf(error: unknown): string {
  if (error instanceof HostNotAllowedError) return error.detail;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || code === '') return `The call failed: ${messageOf(error)}`;
  return KNOWN[code] ?? `The call failed (${code}).`;
}
