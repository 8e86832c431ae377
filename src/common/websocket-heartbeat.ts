import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { bytesTaken, StallGuard } from './stall-guard';

/** Below the idle limits of common proxies. */
const PING_INTERVAL_MS = 30_000;

/**
 * Pings the peer, and ends the connection of one that has shown no sign of life for two pings.
 *
 * @param network what is under the WebSocket.
 */
export function keepAlive(socket: WebSocket, network: Socket): void {
  const guard = new StallGuard({ taken: signsOfLife(network) }, 2 * PING_INTERVAL_MS);
  const timer = setInterval(() => {
    if (guard.isStalled()) return socket.terminate();
    socket.ping();
  }, PING_INTERVAL_MS).unref();
  socket.once('close', () => clearInterval(timer));
}

/**
 * Counts what shows that the other end lives. Any byte of it does, not only its answer to a ping: that may have to wait
 * behind a large message, as the ping itself may.
 */
function signsOfLife(network: Socket): () => number {
  let [taken, takenWaiting, hadToWait] = [bytesTaken(network), 0, false];
  return () => {
    const now = bytesTaken(network);
    // Where nothing waits, it is the system that takes what is sent, whoever is at the other end.
    if (hadToWait) takenWaiting += now - taken;
    [taken, hadToWait] = [now, network.writableLength > 0];
    return network.bytesRead + takenWaiting;
  };
}
