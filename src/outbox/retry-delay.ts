/** So that what failed together does not come again together. */
const JITTER = 0.2;

export interface RetryPlan {
  /** Milliseconds between two attempts. */
  readonly delaysMs: readonly number[];
  /** What a receiver may ask to be left alone for. */
  readonly longestWaitMs: number;
}

/**
 * Milliseconds until the next attempt; undefined: that was the last.
 *
 * @param attempts how many have failed
 * @param retryAfterSeconds what the receiver has asked for
 */
export function retryDelayMs(
  { delaysMs, longestWaitMs }: RetryPlan,
  attempts: number,
  retryAfterSeconds = 0,
  random = Math.random,
): number | undefined {
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return undefined;
  const jittered = delayMs * (1 - JITTER + 2 * JITTER * random());
  return Math.max(jittered, Math.min(retryAfterSeconds * 1_000, longestWaitMs));
}
