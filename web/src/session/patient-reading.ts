const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/**
 * Reads again and again until there is something, after pauses that grow: many pages may wait for the same server.
 *
 * @param read resolves with null, or throws, where it is to be tried again
 * @param isOver nobody waits for it any more
 * @returns null when it is over
 */
export async function readPatiently<T>(read: () => Promise<T | null>, isOver: () => boolean): Promise<T | null> {
  for (let delayMs = FIRST_DELAY_MS; !isOver(); delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)) {
    const found = await read().catch(() => null);
    if (found !== null) return isOver() ? null : found;
    // Not all at the same moment after an outage.
    const pauseMs = delayMs * (0.75 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return null;
}
