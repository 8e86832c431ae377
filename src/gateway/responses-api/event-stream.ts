import type { ServerResponse } from 'node:http';
import { ClientStream } from '../wire/http/client-stream';
import { NumberedEvent, sseFrame } from '../wire/response-event';
import { SseFrame } from '../wire/sse-frames';
import { ResponseTransport } from './response-transport';

/** What the Open Responses specification ends every stream with. */
const DONE = 'data: [DONE]\n\n';

/** The answer to one streaming request of the Responses API. */
export class EventStream extends ClientStream implements ResponseTransport {
  /** @param stallMs how long a client may take nothing of what waits for it; then it loses its connection. */
  constructor(response: ServerResponse, stallMs?: number) {
    super(response, stallMs);
    response.socket?.setNoDelay(true);
  }

  readonly send = (event: NumberedEvent): void => this.write(sseFrame(event));

  relay(frames: readonly SseFrame[]): void {
    if (frames.length > 0) this.write(Buffer.concat(frames.map(({ bytes }) => bytes)));
  }

  /** @param marked whether the end is marked, as the Open Responses specification wants it. */
  override end(marked = false): void {
    if (marked) this.write(DONE);
    super.end();
  }
}
