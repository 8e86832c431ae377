import { NumberedEvent } from '../wire/response-event';
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
