import { setTimeout as sleep } from 'node:timers/promises';

export const PATIENCE_MS = 40_000;
const POLL_MS = 20;

/** Asks again and again until `probe` gives something; for states that no event tells of. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
