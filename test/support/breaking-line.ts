import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** How a line breaks: when so many bytes have gone one way, or come the other; `silent`: nothing goes through any more. */
export interface Break {
  readonly afterSent?: number;
  readonly afterReceived?: number;
  readonly silent?: true;
}

/** A TCP line to a server of this machine that breaks when a test says so. */
export class BreakingLine {
  /** Applies to connections from now on; undefined: the line is whole. */
  fault: Break | undefined;
  /** Connections that were made. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly to: number,
  ) {}

  static async to(port: number): Promise<BreakingLine> {
    const server = createServer({ allowHalfOpen: false });
    const line = new BreakingLine(server, port);
    server.on('connection', (socket) => line.carry(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return line;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Ends all that is open, so that the next request makes a connection. */
  breakAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private carry(client: Socket): void {
    this.connections += 1;
    const server = connect(this.to, '127.0.0.1');
    const end = (): void => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    const pass = (from: Socket, to: Socket, limit: 'afterSent' | 'afterReceived'): void => {
      let passed = 0;
      from.on('data', (chunk: Buffer) => {
        if (this.fault?.silent) return;
        const room = (this.fault?.[limit] ?? Infinity) - passed;
        passed += chunk.length;
        if (chunk.length < room) return void to.write(chunk);
        to.write(chunk.subarray(0, Math.max(0, room)), () => setTimeout(end, 20));
      });
    };
    pass(client, server, 'afterSent');
    pass(server, client, 'afterReceived');
  }
}
