import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { JsonObject } from '../../wire/json';
import { NumberedEvent } from '../../wire/response-event';
import { frameData, SseFrame } from '../../wire/sse-frames';
import { ResponseTransport } from '../response-transport';

/** Unsent bytes from which on a client counts as slow. */
const CONGESTED_BYTES = 1024 * 1024;

/** One response over a WebSocket: each event is a message. */
export class SocketTransport implements ResponseTransport {
  private hasSent = false;
  private lastSent: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    readonly closed: AbortSignal,
    /** Fields that each message carries, such as the lane the client named. */
    private readonly envelope: JsonObject = {},
  ) {}

  get started(): boolean {
    return this.hasSent;
  }

  get congested(): boolean {
    return this.socket.bufferedAmount > CONGESTED_BYTES && !this.closed.aborted;
  }

  async drained(): Promise<void> {
    if (!this.congested) return;
    const waiting = new AbortController();
    const left = once(this.closed, 'abort', { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.lastSent, left]);
    // The connection outlives its responses: what listens to its end must not pile up.
    waiting.abort();
  }

  send(event: NumberedEvent): void {
    this.post(JSON.stringify({ ...event, ...this.envelope }));
  }

  relay(frames: readonly SseFrame[]): void {
    const isPlain = Object.keys(this.envelope).length === 0;
    for (const frame of frames) {
      const data = frameData(frame);
      this.post(isPlain ? data : JSON.stringify({ ...(JSON.parse(data) as JsonObject), ...this.envelope }));
    }
  }

  private post(text: string): void {
    if (this.closed.aborted) return;
    this.hasSent = true;
    this.lastSent = new Promise((resolve) => this.socket.send(text, () => resolve()));
  }
}
