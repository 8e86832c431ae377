import { NumberedEvent } from '../wire/response-event';
import { SseFrame } from '../wire/sse-frames';

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

/** A sink that also takes events of a provider's own stream, each whole. */
export interface RelaySink extends EventSink {
  relay(frames: readonly SseFrame[]): void;
}
