import { setTimeout as delay } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { UpstreamError, UpstreamErrorCode } from '../wire/upstream.error';

const BACKOFF = { initialMs: 250, maximumMs: 2000 };
/** A provider that wants a longer wait is told to the user instead of waited for. */
const MAX_WAIT_MS = 20_000;

/** Failures that say nothing about the request, so that another key or provider may well answer it. */
const ELSEWHERE = new Set<UpstreamErrorCode>([
  'upstream_unavailable',
  'upstream_unauthorized',
  'rate_limit_exceeded',
  'usage_limit_exceeded',
  'model_not_found',
]);

export const mayGoElsewhere = (failure: UpstreamError): boolean => failure.retryable || ELSEWHERE.has(failure.code);

/** Milliseconds to wait before the same deployment is asked again; undefined when that is of no use. */
export function retryDelayMs(failure: UpstreamError, attempt: number): number | undefined {
  const waitMs = failure.retryAfterMs ?? backoffDelayMs(attempt, BACKOFF);
  return failure.retryable && waitMs <= MAX_WAIT_MS ? waitMs : undefined;
}

/** @throws the signal's reason when it is aborted. */
export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
