import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { slowClientsClosed } from './metrics';

/** A reader that does not take what waits for it within so many milliseconds loses its connection. */
const STALL_MS = 30_000;

/**
 * Resolves when the reader of a streamed answer has taken what was written, or is gone. One that stops reading costs
 * what waits for it, and then its connection.
 *
 * @param stallMs Infinity for a reader that may have to wait for this service itself.
 */
export async function taken(response: ServerResponse, stallMs = STALL_MS): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return;
  const end = new AbortController();
  const onClose = (): void => end.abort();
  response.once('close', onClose);
  const timer = stallMs === Infinity ? undefined : setTimeout(() => cutOff(response), stallMs);
  try {
    await once(response, 'drain', { signal: end.signal });
  } catch {
    // It is gone, which the writer sees for itself.
  } finally {
    clearTimeout(timer);
    response.off('close', onClose);
  }
}

/** Ends a streamed answer. A reader that does not take the rest of it loses its connection, too. */
export function endStream(response: ServerResponse, stallMs = STALL_MS): void {
  response.end();
  if (stallMs === Infinity || response.destroyed) return;
  const timer = setTimeout(() => cutOff(response), stallMs).unref();
  response.once('close', () => clearTimeout(timer));
}

function cutOff(response: ServerResponse): void {
  slowClientsClosed.inc();
  response.destroy();
}
