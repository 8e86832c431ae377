import { NumberedEvent } from '../protocol/response-event';

/** Where the events of a response go. */
export interface EventSink {
  /** Aborted when nobody listens any more. */
  readonly closed: AbortSignal;
  send(event: NumberedEvent): void;
  /** Whether `drained` has something to wait for. */
  readonly congested: boolean;
  /** Resolves when a slow client has taken what was sent; at once for any other. */
  drained(): Promise<void>;
}

/** A sink that also takes a provider's own event stream. */
export interface RelaySink extends EventSink {
  write(chunk: Uint8Array): void;
}
