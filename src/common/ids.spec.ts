import { continueIdsAfter, isId, newId } from './ids';

const HOUR_MS = 3_600_000;

const timeOf = (id: string): number => parseInt(id.replaceAll('-', '').slice(0, 12), 16);

const sorted = (ids: readonly string[]): string[] => [...new Set(ids)].sort();

describe('ids', () => {
  // Later than what other cases have seen, each for itself: ids never go back.
  let startMs = Date.parse('2030-01-01T00:00:00Z');
  beforeEach(() => {
    startMs += 100 * HOUR_MS;
    jest.useFakeTimers({ now: startMs, doNotFake: ['performance'] });
  });
  afterEach(() => jest.useRealTimers());

  it('are UUIDs of the time at which they were made', () => {
    const id = newId();
    expect(isId(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect(timeOf(id)).toBe(startMs);
  });

  it('sort in the order in which they were made, within one millisecond, too', () => {
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids).toEqual(sorted(ids));
  });

  it('go on in order when the clock is set back, and follow it again once it has come there', () => {
    const ids = [newId()];
    jest.setSystemTime(startMs - HOUR_MS);
    ids.push(newId(), newId());
    jest.setSystemTime(startMs + 1);
    ids.push(newId());
    expect(ids).toEqual(sorted(ids));
    expect(timeOf(ids[3] ?? '')).toBe(startMs + 1);
  });

  it('sort behind one of an earlier run whose clock was ahead, without running further ahead', () => {
    const aheadMs = startMs + 50 * HOUR_MS;
    const earlier = `${aheadMs
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7fff-bfff-ffffffffffff`;
    continueIdsAfter(earlier);
    const ids = [earlier, ...Array.from({ length: 1_000 }, newId)];
    expect(ids).toEqual(sorted(ids));
    expect(timeOf(ids.at(-1) ?? '')).toBe(aheadMs + 1);
  });

  it('keep to the clock after an id that is older, or none of ours', () => {
    continueIdsAfter('00000000-0000-7000-8000-000000000000');
    continueIdsAfter('ffffffff-ffff-4fff-bfff-ffffffffffff');
    continueIdsAfter('default');
    expect(timeOf(newId())).toBe(startMs);
  });
});
