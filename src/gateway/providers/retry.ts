import { setTimeout as delay } from 'node:timers/promises';
import { backoffDelayMs } from '../../common/backoff';
import { upstreamErrorOf } from '../errors/upstream-failure';
import { UpstreamError } from '../errors/upstream.error';

/** Repeats of one request at most: codex's own repeats multiply them. */
const MAX_RETRIES = 2;
const BACKOFF = { initialMs: 250, maximumMs: 2000 };
/** A provider that wants a longer wait is told to the user instead of waited for. */
const MAX_WAIT_MS = 20_000;

/**
 * Waits before the next attempt, as long as the provider asks for or a growing time.
 *
 * @param attempt counts from 0
 * @throws UpstreamError when there is no next attempt; the signal's reason when it is aborted.
 */
export async function waitForRetry(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const failure = upstreamErrorOf(error);
  const waitMs = failure.retryAfterMs ?? backoffDelayMs(attempt, BACKOFF);
  if (!failure.retryable || attempt >= MAX_RETRIES || waitMs > MAX_WAIT_MS) throw failure;
  await delay(waitMs, undefined, { signal }).catch(() => throwReason(signal, failure));
}

function throwReason(signal: AbortSignal, failure: UpstreamError): never {
  signal.throwIfAborted();
  throw failure;
}
