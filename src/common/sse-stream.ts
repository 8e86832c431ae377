import { once } from 'node:events';
import type { Request, Response } from 'express';
import { openEventStreams } from './metrics';

const KEEP_ALIVE_MS = 15_000;

export interface ServerSentEvent {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** Whether a caller wants an event stream rather than JSON. */
export function wantsEventStream(request: Request): boolean {
  return request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
}

/** Aborted when the caller hangs up. */
export function hangUpSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
}

/**
 * Writes batches of events as a `text/event-stream` answer and ends it after the last.
 *
 * A reader that does not keep up holds up only its own source: the next batch is taken when the last has left.
 */
export async function sendEventStream(
  response: Response,
  batches: AsyncIterable<readonly ServerSentEvent[]>,
): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  openEventStreams.inc();
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
  try {
    for await (const batch of batches) {
      if (response.destroyed) return;
      const flowing = response.write(batch.map(frame).join(''));
      if (!flowing) await drained(response);
    }
  } finally {
    clearInterval(keepAlive);
    openEventStreams.dec();
    response.end();
  }
}

function frame({ id, event, data }: ServerSentEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function drained(response: Response): Promise<void> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once('close', onClose);
  await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
  response.off('close', onClose);
}
