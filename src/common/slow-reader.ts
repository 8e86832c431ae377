import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { slowClientsClosed } from './metrics';
import { bytesTaken, StallGuard } from './stall-guard';

/** A reader that takes nothing of what waits for it for so many milliseconds loses its connection. */
const STALL_MS = 30_000;
const CHECK_MS = 1_000;

/**
 * Resolves when the reader of a streamed answer has taken what was written, or is gone. One that stops reading costs
 * what waits for it, and then its connection; one that reads slowly is given all the time that it needs.
 *
 * @param stallMs Infinity for a reader that may have to wait for this service itself.
 */
export async function taken(response: ServerResponse, stallMs = STALL_MS): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return;
  const end = new AbortController();
  const onClose = (): void => end.abort();
  response.once('close', onClose);
  const stopWatching = watch(response, stallMs);
  try {
    await once(response, 'drain', { signal: end.signal });
  } catch {
    // It is gone, which the writer sees for itself.
  } finally {
    stopWatching();
    response.off('close', onClose);
  }
}

/** Ends a streamed answer. A reader that does not take the rest of it loses its connection, too. */
export function endStream(response: ServerResponse, stallMs = STALL_MS): void {
  response.end();
  if (!response.destroyed) response.once('close', watch(response, stallMs));
}

/** Cuts the reader off when it stops taking what waits for it. Returns how to stop. */
function watch(response: ServerResponse, stallMs: number): () => void {
  if (stallMs === Infinity) return () => undefined;
  const { socket } = response.req;
  const guard = new StallGuard({ taken: () => bytesTaken(socket) }, stallMs);
  const check = (): void => {
    if (guard.isStalled()) cutOff(response);
  };
  const timer = setInterval(check, Math.min(CHECK_MS, stallMs / 10)).unref();
  return () => clearInterval(timer);
}

function cutOff(response: ServerResponse): void {
  slowClientsClosed.inc();
  response.destroy();
}
