import type { Request, Response } from 'express';
import type { ServerResponse } from 'node:http';
import { openEventStreams } from './metrics';
import { endStream, taken } from './slow-reader';

const KEEP_ALIVE_MS = 15_000;
/** Characters that are written at once. */
const PIECE_LENGTH = 64 * 1024;

export interface ServerSentEvent {
  /** Left out: it is not one of those that a client can go on after. */
  readonly id?: number;
  /** Left out: it is one without a name, which browsers call `message`. */
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** What ends a stream of the kind that OpenAI's clients read; it is no JSON. */
export const STREAM_END: ServerSentEvent = { data: Symbol('[DONE]') };

/** Whether a caller wants an event stream rather than JSON. */
export function wantsEventStream(request: Request): boolean {
  return request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream';
}

/** Aborted when the caller hangs up before the end of the answer, at once when it already has. */
export function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const onClose = (): void => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.destroyed) onClose();
  else response.once('close', onClose);
  return controller.signal;
}

/**
 * Writes batches of events as a `text/event-stream` answer and ends it after the last.
 *
 * A reader that does not keep up holds up only its own source: the next batch is taken when the last has left. One that
 * does not read at all loses its connection. A HEAD gets the headers alone.
 */
export async function sendEventStream(
  response: Response,
  batches: AsyncIterable<readonly ServerSentEvent[]>,
): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  if (response.req.method === 'HEAD') return void response.end();
  response.socket?.setNoDelay(true);
  // Proxies, and some clients, wait for the first byte of a body before they pass on that there is an answer.
  response.write(': open\n\n');
  openEventStreams.inc();
  const keepAlive = setInterval(() => sayNothing(response), KEEP_ALIVE_MS);
  try {
    for await (const batch of batches) {
      for (const piece of piecesOf(batch)) {
        if (response.destroyed) return;
        if (!response.write(piece)) await taken(response);
      }
    }
  } finally {
    clearInterval(keepAlive);
    openEventStreams.dec();
    endStream(response);
  }
}

/** Not to a reader that has more to read than it takes. */
function sayNothing(response: Response): void {
  if (!response.writableNeedDrain) response.write(': keep-alive\n\n');
}

function frame({ id, event, data }: ServerSentEvent): string {
  const number = id === undefined ? '' : `id: ${id}\n`;
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${number}${name}data: ${data === STREAM_END.data ? '[DONE]' : JSON.stringify(data)}\n\n`;
}

/** Some frames at a time, so that no more than that waits in memory for one reader. */
function* piecesOf(events: readonly ServerSentEvent[]): Generator<string> {
  let piece = '';
  for (const event of events) {
    piece += frame(event);
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
