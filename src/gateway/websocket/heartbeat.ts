import type { WebSocket } from 'ws';

/** Below the idle limits of common proxies. */
const PING_INTERVAL_MS = 30_000;

/** Pings the peer, and ends the connection of one that has not answered since the last ping. */
export function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_INTERVAL_MS).unref();
  socket.on('pong', () => (isAlive = true));
  socket.once('close', () => clearInterval(timer));
}
