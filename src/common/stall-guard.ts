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
  private since = performance.now();

  /** @param stallMs so long it may take nothing; Infinity: for ever */
  constructor(
    private readonly taker: Taker,
    private readonly stallMs: number,
  ) {
    this.count = taker.taken();
  }

  /** Compares with the last call, so it has to be asked more often than `stallMs`. */
  isStalled(): boolean {
    const count = this.taker.taken();
    if (count !== this.count || this.taker.isIdle?.()) this.since = performance.now();
    this.count = count;
    return performance.now() - this.since >= this.stallMs;
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
