import type { Socket } from 'node:net';

/** Who is sent something, and may stop taking it. */
export interface Taker {
  /** Grows with whatever it takes of what waits for it. */
  readonly taken: () => number;
  /** Nothing waits for it, so that it cannot stall. By default something always does. */
  readonly isIdle?: () => boolean;
}

/**
 * Tells whether a peer has stopped taking what waits for it. One that takes it slowly has not, however slowly. By
 * `performance.now()`, since the wall clock jumps.
 */
export class StallGuard {
  private count: number;
  private askedAt = performance.now();
  private idleMs = 0;

  /** @param stallMs so long it may take nothing; Infinity: for ever */
  constructor(
    private readonly taker: Taker,
    private readonly stallMs: number,
  ) {
    this.count = taker.taken();
  }

  /**
   * Compares with the last call, so it has to be asked at least twice within `stallMs`. A longer gap means that this
   * process itself stood still, and then the peer is not to blame for all of it: what it has taken meanwhile is only
   * seen after the next turn of the event loop.
   */
  isStalled(): boolean {
    const now = performance.now();
    const count = this.taker.taken();
    if (count !== this.count || this.taker.isIdle?.()) this.idleMs = 0;
    else this.idleMs += Math.min(now - this.askedAt, this.stallMs / 2);
    this.count = count;
    this.askedAt = now;
    return this.idleMs >= this.stallMs;
  }
}

/**
 * Bytes of a connection that the system has taken over for the peer; more than before means that the peer reads. Node
 * counts whole writes, and its handle, where it tells so, parts of one, too.
 */
export function bytesTaken(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (isCounting(handle)) return handle.bytesWritten - handle.writeQueueSize;
  return socket.bytesWritten - socket.writableLength;
}

interface CountingHandle {
  readonly bytesWritten: number;
  /** What the system has not taken yet of what was written. */
  readonly writeQueueSize: number;
}

const isCounting = (handle: unknown): handle is CountingHandle =>
  typeof handle === 'object' &&
  handle !== null &&
  typeof Reflect.get(handle, 'bytesWritten') === 'number' &&
  typeof Reflect.get(handle, 'writeQueueSize') === 'number';
