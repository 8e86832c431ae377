import { retryDelayMs } from '../outbox/retry-delay';
import { MAX_ATTEMPTS, RETRIES } from './retry-schedule';

const HOUR_MS = 3_600_000;

describe('the attempts to call a webhook', () => {
  it('lie further and further apart, and end after about a day', () => {
    const delays = Array.from({ length: MAX_ATTEMPTS }, (_, index) => retryDelayMs(RETRIES, index + 1, 0, () => 0.5));
    const waits = delays.slice(0, -1).map(Number);
    expect(delays.at(-1)).toBeUndefined();
    expect(waits).toEqual([...waits].sort((one, other) => one - other));
    const sum = waits.reduce((total, wait) => total + wait, 0);
    expect(sum).toBeGreaterThan(22 * HOUR_MS);
    expect(sum).toBeLessThan(26 * HOUR_MS);
  });

  it('are spread by a fifth, so that what failed together does not come again together', () => {
    expect([0, 0.5, 1].map((random) => Math.round(retryDelayMs(RETRIES, 1, 0, () => random) ?? 0))).toEqual([
      4_000, 5_000, 6_000,
    ]);
  });

  it('wait as long as the receiver asks, and no longer than is bounded', () => {
    expect(retryDelayMs(RETRIES, 1, 90, () => 0.5)).toBe(90_000);
    expect(retryDelayMs(RETRIES, 1, 10_000_000, () => 0.5)).toBe(8 * HOUR_MS);
    expect(retryDelayMs(RETRIES, 1, -1, () => 0.5)).toBe(5_000);
  });
});
