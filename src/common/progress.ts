import type { Socket } from 'node:net';

/**
 * Bytes of a connection that the system has taken over for the peer; more than before means that the peer reads. Node
 * counts whole writes, and its handle, where it tells so, parts of one, too.
 */
export function bytesTaken(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (isCounting(handle)) return handle.bytesWritten - handle.writeQueueSize;
  return socket.bytesWritten - socket.writableLength;
}

/** Tells for how long a count has stayed the same, by `performance.now()`, since the wall clock jumps. */
export class Stall {
  private since = performance.now();

  constructor(private count: number) {}

  restart(): void {
    this.since = performance.now();
  }

  /** Milliseconds for which it has been `count`. */
  msAt(count: number): number {
    if (count !== this.count) this.restart();
    this.count = count;
    return performance.now() - this.since;
  }
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
