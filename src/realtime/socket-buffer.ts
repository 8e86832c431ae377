import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io';

/** A client that does not read for so long is cut off; it resumes where it was when it comes back. */
const WRITE_DEADLINE_MS = 30_000;
const POLL_MS = 10;

/** Resolves when what was sent to the socket has left for the network, or the socket is closed. */
export async function written(socket: Socket): Promise<void> {
  const deadline = performance.now() + WRITE_DEADLINE_MS;
  while (socket.connected && !socket.conn.transport.writable) {
    // Not `disconnect`: its farewell would wait behind all the rest.
    if (performance.now() > deadline) socket.conn.close(true);
    await sleep(POLL_MS);
  }
}
