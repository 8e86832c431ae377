import type { CallResult } from '../outbox/bounded-post';
import { retryDelayMs, type RetryPlan } from '../outbox/retry-delay';
import type { PushNoticeEntity } from './push-notice.entity';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const RETRIES: RetryPlan = {
  delaysMs: [
    ...[5 * SECOND_MS, 20 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS],
    ...[HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 8 * HOUR_MS],
  ],
  longestWaitMs: 24 * HOUR_MS,
};

/**
 * What an attempt came to. `gone`: there is no such subscription any more, at the push service or for the key of the service;
 * `canceled`: it is not to be told, or no news any more.
 */
export type PushOutcome =
  | { readonly name: 'sent' | 'gone' | 'canceled' }
  | { readonly name: 'failed'; readonly error: string }
  | { readonly name: 'retry'; readonly error: string; readonly nextAttemptAt: string };

const GONE = [404, 410];
const TOO_MANY = 429;

/** What follows from a call. @param nowMs Unix milliseconds */
export function outcomeOf(
  { status, error, retryAfterSeconds }: CallResult,
  { attempts, kind, expiresAt }: Pick<PushNoticeEntity, 'attempts' | 'kind' | 'expiresAt'>,
  nowMs: number,
): PushOutcome {
  if (error === null) return { name: 'sent' };
  if (status !== null && GONE.includes(status)) return { name: 'gone' };
  const mayChange = status === null || status === TOO_MANY || status >= 500;
  const delayMs = mayChange && kind !== 'test' ? retryDelayMs(RETRIES, attempts, retryAfterSeconds) : undefined;
  const nextMs = nowMs + (delayMs ?? 0);
  if (delayMs === undefined || nextMs >= Date.parse(expiresAt)) return { name: 'failed', error };
  return { name: 'retry', error, nextAttemptAt: new Date(nextMs).toISOString() };
}
