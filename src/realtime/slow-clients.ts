import type { Namespace, Socket } from 'socket.io';
import { slowClientsClosed } from '../common/metrics';
import type { ComponentLogger } from '../common/logger';
import { ClientProgress } from './client-progress';
import { Connection, Packet, waitingPackets, webSocketOf } from './connection-parts';

export interface SlowClientLimits {
  /** Milliseconds between two looks. */
  readonly checkMs: number;
  /** Packets that may wait for a client; an event is one packet. */
  readonly maxWaiting: number;
  /** The same in bytes; frames that other clients are sent, too, are counted for each. */
  readonly maxWaitingBytes: number;
  /** Milliseconds without anything taken. */
  readonly maxStallMs: number;
}

const LIMITS: SlowClientLimits = {
  ...{ checkMs: 1_000, maxWaiting: 5_000, maxWaitingBytes: 16 * 1024 * 1024, maxStallMs: 30_000 },
};

/**
 * Cuts off clients that do not read: they cost a bounded buffer and then their connection, and no other client notices.
 * A client that comes back names the last event that it has and misses nothing.
 */
export class SlowClients {
  private readonly progress = new WeakMap<Socket, ClientProgress>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly namespace: Namespace,
    private readonly logger: ComponentLogger,
    private readonly limits: SlowClientLimits = LIMITS,
  ) {
    this.timer = setInterval(() => this.check(), limits.checkMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    for (const socket of this.namespace.sockets.values()) {
      if (this.isHopeless(socket)) this.cutOff(socket);
    }
  }

  private isHopeless(socket: Socket): boolean {
    const { maxStallMs, maxWaiting, maxWaitingBytes } = this.limits;
    if (this.progressOf(socket).stalledMs() > maxStallMs) return true;
    if (socket.conn.transport.writable) return false;
    return packetsFor(socket.conn).length > maxWaiting || waitingBytes(socket) > maxWaitingBytes;
  }

  private progressOf(socket: Socket): ClientProgress {
    const known = this.progress.get(socket);
    if (known) return known;
    const progress = new ClientProgress(socket.conn);
    this.progress.set(socket, progress);
    return progress;
  }

  private cutOff(socket: Socket): void {
    const waiting = packetsFor(socket.conn).length;
    this.logger.warn({ socketId: socket.id, waiting }, 'a client that does not read was cut off');
    slowClientsClosed.inc();
    // Not `disconnect`: its farewell would wait behind all the rest.
    socket.conn.close(true);
  }
}

/** With what a WebSocket has taken from Engine.IO and the network has not. */
function waitingBytes({ conn }: Socket): number {
  const webSocket = webSocketOf(conn);
  const isOpen = webSocket !== undefined && 'bufferedAmount' in webSocket;
  const taken = isOpen && typeof webSocket.bufferedAmount === 'number' ? webSocket.bufferedAmount : 0;
  return packetsFor(conn).reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), taken);
}

const packetsFor = (connection: Connection): readonly Packet[] => waitingPackets(connection) ?? [];
