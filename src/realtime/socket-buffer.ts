import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io';
import { ClientProgress } from './client-progress';

/** A client that reads nothing for so long is cut off; it resumes where it was when it comes back. */
const MAX_STALL_MS = 30_000;
const POLL_MS = 10;

/** Resolves when what was sent to the socket has left for the network, or the socket is closed. */
export async function written(socket: Socket): Promise<void> {
  const progress = new ClientProgress(socket.conn);
  while (socket.connected && !hasLeft(socket, progress)) {
    // Not `disconnect`: its farewell would wait behind all the rest.
    if (progress.stalledMs() > MAX_STALL_MS) socket.conn.close(true);
    await sleep(POLL_MS);
  }
  progress.stop();
}

/** The first batch may be what was sent; with the second it has left. */
const hasLeft = ({ conn }: Socket, { batches }: ClientProgress): boolean => conn.transport.writable || batches >= 2;
