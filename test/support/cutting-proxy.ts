import { connect, createServer, Server, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A network to a server that can be cut, for PostgreSQL right after a COMMIT has passed it. */
export class CuttingProxy {
  private readonly sockets = new Set<Socket>();
  /** The next COMMIT reaches the server, and nothing comes back. */
  cutsCommit = false;
  /** New connections are ended at once. */
  isDown = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(target: number): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new CuttingProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client) => proxy.pass(client, target));
    return proxy;
  }

  stop(): void {
    this.server.close();
    this.cut();
  }

  /** Breaks the connections that there are; new ones are passed on. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private pass(client: Socket, target: number): void {
    if (this.isDown) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => (this.sockets.delete(socket), other.destroy()));
    }
    upstream.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      upstream.write(data);
      if (!this.cutsCommit || !data.includes('COMMIT\0')) return;
      this.cutsCommit = false;
      this.isDown = true;
      // The server has the message, and answers nobody.
      upstream.removeAllListeners('data').resume();
      client.removeAllListeners('close').destroy();
      upstream.end();
    });
  }
}
