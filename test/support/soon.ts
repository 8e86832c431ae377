import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './eventually';

const POLL_MS = 50;

type Matcher = 'toBe' | 'toEqual' | 'toMatch' | 'toContain' | 'toMatchObject' | 'toBeLessThan' | 'toBeLessThanOrEqual';

/** As `expect`, for what a page shows: it is looked at again until it is as expected, since pages follow with a delay. */
export function soon(read: () => unknown): Readonly<Record<Matcher, (expected: unknown) => Promise<void>>> {
  const until = async (check: (seen: unknown) => void): Promise<void> => {
    for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
      const seen = await read();
      try {
        check(seen);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  };
  return {
    toBe: (expected) => until((seen) => expect(seen).toBe(expected)),
    toEqual: (expected) => until((seen) => expect(seen).toEqual(expected)),
    toMatch: (expected) => until((seen) => expect(seen).toMatch(expected as RegExp)),
    toContain: (expected) => until((seen) => expect(seen).toContain(expected)),
    toMatchObject: (expected) => until((seen) => expect(seen).toMatchObject(expected as object)),
    toBeLessThan: (expected) => until((seen) => expect(seen).toBeLessThan(expected as number)),
    toBeLessThanOrEqual: (expected) => until((seen) => expect(seen).toBeLessThanOrEqual(expected as number)),
  };
}
