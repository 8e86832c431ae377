import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io-client';

/** The TCP connection under a Socket.IO client that is connected by WebSocket; private in the types of both libraries. */
export const tcpOf = ({ io }: Socket): TcpSocket =>
  (io.engine.transport as unknown as { ws: { _socket: TcpSocket } }).ws._socket;
