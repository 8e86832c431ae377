import { readPatiently } from './patient-reading';

describe('a state that cannot be read', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is tried again after pauses that grow to half a minute, and no more often', async () => {
    const triedAt: number[] = [];
    const read = (): Promise<string | null> => {
      triedAt.push(Date.now());
      if (triedAt.length === 9) return Promise.resolve('there');
      return triedAt.length % 2 === 0 ? Promise.resolve(null) : Promise.reject(new TypeError('no network'));
    };
    const reading = readPatiently(read, () => false);
    await jest.advanceTimersByTimeAsync(300_000);
    expect(await reading).toBe('there');
    const pauses = triedAt.slice(1).map((at, index) => at - (triedAt[index] ?? 0));
    const expected = [1, 2, 4, 8, 16, 30, 30, 30];
    pauses.forEach((pause, index) => {
      const seconds = pause / 1000 / (expected[index] ?? NaN);
      expect(seconds).toBeGreaterThanOrEqual(0.74);
      expect(seconds).toBeLessThanOrEqual(1.26);
    });
    expect(pauses).toHaveLength(8);
  });

  it('is read no more when its chat was left', async () => {
    let isOver = false;
    const read = jest.fn(() => Promise.resolve(null));
    const reading = readPatiently(read, () => isOver);
    await jest.advanceTimersByTimeAsync(0);
    isOver = true;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await reading).toBeNull();
    expect(read).toHaveBeenCalledTimes(1);
  });
});
