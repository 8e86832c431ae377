import { backoffDelayMs } from './backoff';

const OPTIONS = { initialMs: 100, maximumMs: 1_000 };

describe('backoffDelayMs', () => {
  const many = (attempt: number) => Array.from({ length: 200 }, () => backoffDelayMs(attempt, OPTIONS));

  it.each([
    [0, 100],
    [1, 200],
    [3, 800],
    [4, 1_000],
    [5_000, 1_000],
  ])('is, at attempt %i, between half of %i ms and the whole', (attempt, ceilingMs) => {
    const delays = many(attempt);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(ceilingMs / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(ceilingMs);
  });

  it('is not the same for all, so that what failed together does not come back together', () => {
    expect(new Set(many(2)).size).toBeGreaterThan(100);
  });
});
