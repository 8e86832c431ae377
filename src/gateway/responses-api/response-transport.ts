import { EventSink, RelaySink } from './event-sink';

/** How events reach the client: as server-sent events or over a WebSocket. */
export interface ResponseTransport extends RelaySink {
  /** Whether anything of this response has been sent. */
  readonly started: boolean;
}

/** For a response that is sent as a whole: only the client's leaving counts. */
export const silentSink = (closed: AbortSignal): EventSink => ({
  closed,
  congested: false,
  send: () => undefined,
  drained: () => Promise.resolve(),
});
