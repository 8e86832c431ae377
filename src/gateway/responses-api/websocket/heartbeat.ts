import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { bytesTaken } from '../../../common/progress';

/** Below the idle limits of common proxies. */
const PING_INTERVAL_MS = 30_000;

/**
 * Pings the peer, and ends the connection of one that has shown no sign of life since the last ping.
 *
 * @param network what is under the WebSocket.
 */
export function keepAlive(socket: WebSocket, network: Socket): void {
  const peer = new Peer(network);
  const timer = setInterval(() => {
    if (!peer.hasShownLife()) return socket.terminate();
    socket.ping();
  }, PING_INTERVAL_MS).unref();
  socket.once('close', () => clearInterval(timer));
}

/**
 * The other end of a connection. Any byte of it is a sign of life, not only its answer to a ping: that may have to wait
 * behind a large message, as the ping itself may.
 */
class Peer {
  /** There has been no ping before the first look. */
  private bytesRead = -1;
  private bytesTaken = 0;
  private hadToWait = false;

  constructor(private readonly network: Socket) {}

  /** Whether it has since the last look. */
  hasShownLife(): boolean {
    const { bytesRead, writableLength } = this.network;
    const taken = bytesTaken(this.network);
    // Where nothing waits, it is the system that takes what is sent, whoever is at the other end.
    const isAlive = bytesRead > this.bytesRead || (this.hadToWait && taken > this.bytesTaken);
    this.bytesRead = bytesRead;
    this.bytesTaken = taken;
    this.hadToWait = writableLength > 0;
    return isAlive;
  }
}
