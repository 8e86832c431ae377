import type { RetryPlan } from '../outbox/retry-delay';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** About a day from the first attempt to the last. */
export const RETRIES: RetryPlan = {
  delaysMs: [
    ...[5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
    ...[2 * HOUR_MS, 5 * HOUR_MS, 8 * HOUR_MS, 8 * HOUR_MS],
  ],
  longestWaitMs: 8 * HOUR_MS,
};
export const MAX_ATTEMPTS = RETRIES.delaysMs.length + 1;

/** A webhook that has failed for so long when a delivery is given up is switched off. */
export const DISABLED_AFTER_MS = 20 * HOUR_MS;
