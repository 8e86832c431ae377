import type { Response } from 'express';
import { endStream, taken } from '../../common/slow-reader';
import { NumberedEvent, sseFrame } from '../protocol/response-event';
import { SseFrame } from '../protocol/sse-frames';
import { ResponseTransport } from './response-transport';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** What the Open Responses specification ends every stream with. */
const DONE = 'data: [DONE]\n\n';

/** The answer to one streaming request: each event leaves as soon as it is written. */
export class EventStream implements ResponseTransport {
  private readonly gone = new AbortController();

  /** @param stallMs how long a client may take nothing of what waits for it; then it loses its connection. */
  constructor(
    private readonly response: Response,
    private readonly stallMs?: number,
  ) {
    response.socket?.setNoDelay(true);
    response.once('close', () => {
      if (!response.writableFinished) this.gone.abort();
    });
  }

  /** Aborted when the client has left before the end. */
  get closed(): AbortSignal {
    return this.gone.signal;
  }

  /** Whether anything has been sent. */
  get started(): boolean {
    return this.response.headersSent;
  }

  get congested(): boolean {
    return this.response.writableNeedDrain && !this.closed.aborted;
  }

  readonly send = (event: NumberedEvent): void => this.write(sseFrame(event));

  relay(frames: readonly SseFrame[]): void {
    if (frames.length > 0) this.write(Buffer.concat(frames.map(({ bytes }) => bytes)));
  }

  /** Bytes of a provider's own event stream. */
  write(chunk: string | Uint8Array): void {
    if (this.closed.aborted) return;
    if (!this.started) this.response.writeHead(200, HEADERS);
    this.response.write(chunk);
  }

  /** Resolves when a slow client has taken what was sent; at once for any other. */
  async drained(): Promise<void> {
    if (this.congested) await taken(this.response, this.stallMs);
  }

  /** @param marked whether the end is told, as the Open Responses specification wants it. */
  end(marked = false): void {
    if (marked) this.write(DONE);
    endStream(this.response, this.stallMs);
  }

  /** Ends without an end, so that the client sees the break. */
  breakOff(): void {
    this.response.destroy();
  }
}
