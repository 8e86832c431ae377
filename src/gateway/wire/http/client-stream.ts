import type { ServerResponse } from 'node:http';
import { endStream, taken } from '../../../common/slow-reader';
import { hangUpSignal } from '../../../common/sse-stream';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** The answer to one request as its client takes it: each piece leaves as soon as it is written. */
export class ClientStream {
  /** Aborted when the client has left before the end. */
  readonly closed: AbortSignal;

  /** @param stallMs how long a client may take nothing of what waits for it; then it loses its connection. */
  constructor(
    protected readonly response: ServerResponse,
    private readonly stallMs?: number,
  ) {
    this.closed = hangUpSignal(response);
  }

  /** Whether anything has been sent. */
  get started(): boolean {
    return this.response.headersSent;
  }

  get congested(): boolean {
    return this.response.writableNeedDrain && !this.closed.aborted;
  }

  /** Sends server-sent events at once. */
  write(events: string | Uint8Array): void {
    if (this.closed.aborted) return;
    if (!this.started) this.response.writeHead(200, HEADERS);
    this.response.write(events);
  }

  /** Resolves when a slow client has taken what was sent, or has left; one that does not read is cut off. */
  async drained(): Promise<void> {
    if (this.congested) await taken(this.response, this.stallMs);
  }

  end(): void {
    endStream(this.response, this.stallMs);
  }
}
