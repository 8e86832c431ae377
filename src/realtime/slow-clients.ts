import type { Namespace, Socket } from 'socket.io';
import { slowClientsClosed } from '../common/metrics';
import type { ComponentLogger } from '../common/logger';

export interface SlowClientLimits {
  /** Milliseconds between two looks. */
  readonly checkMs: number;
  /** Packets that may wait for a client; an event is one packet. */
  readonly maxWaiting: number;
  /** Milliseconds without one packet taken. */
  readonly maxStallMs: number;
}

const LIMITS: SlowClientLimits = { checkMs: 1_000, maxWaiting: 5_000, maxStallMs: 30_000 };

/**
 * Cuts off clients that do not read: they cost a bounded buffer and then their connection, and no other client notices.
 * A client that comes back names the last event that it has and misses nothing.
 */
export class SlowClients {
  private readonly stalledSince = new WeakMap<Socket, number>();
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
      if (socket.conn.transport.writable) this.stalledSince.delete(socket);
      else if (this.isHopeless(socket)) this.cutOff(socket);
    }
  }

  private isHopeless(socket: Socket): boolean {
    const since = this.stalledSince.get(socket) ?? Date.now();
    this.stalledSince.set(socket, since);
    return waitingPackets(socket) > this.limits.maxWaiting || Date.now() - since > this.limits.maxStallMs;
  }

  private cutOff(socket: Socket): void {
    this.logger.warn(
      { socketId: socket.id, waiting: waitingPackets(socket) },
      'a client that does not read was cut off',
    );
    slowClientsClosed.inc();
    // Not `disconnect`: its farewell would wait behind all the rest.
    socket.conn.close(true);
  }
}

/** Engine.IO's own list of what its transport has not taken yet; private in its types. */
function waitingPackets({ conn }: Socket): number {
  const buffer: unknown = Reflect.get(conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer.length : 0;
}
