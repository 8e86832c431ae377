import type { ServerResponse } from 'node:http';
import { ClientStream } from '../wire/http/client-stream';
import { NumberedEvent, sseFrame } from '../wire/response-event';
import { SseFrame } from '../wire/sse-frames';

/** How the events of a response reach the client: as server-sent events or over a WebSocket. */
export interface ResponseTransport {
  /** Aborted when nobody listens any more. */
  readonly closed: AbortSignal;
  /** Whether anything of this response has been sent. */
  readonly started: boolean;
  send(event: NumberedEvent): void;
  /** Sends events of a provider's own stream, each complete. */
  relay(frames: readonly SseFrame[]): void;
  /** Whether `drained` has something to wait for. */
  readonly congested: boolean;
  /** Resolves when a slow client has taken what was sent; at once for any other. */
  drained(): Promise<void>;
}

/** For a response that is sent as one JSON object at its end: only the client's leaving counts. */
export const discardingTransport = (closed: AbortSignal): ResponseTransport => ({
  ...{ closed, started: false, congested: false },
  send: () => undefined,
  relay: () => undefined,
  drained: () => Promise.resolve(),
});

/** What the Open Responses specification ends a stream with; behind a failure clients would take it for a good end. */
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
