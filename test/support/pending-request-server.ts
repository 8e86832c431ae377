import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { AddressInfo, connect, Socket } from 'node:net';

/** A request that a client has made, not answered yet. */
export interface PendingRequest {
  readonly client: Socket;
  readonly response: ServerResponse;
}

/** A server whose answers the test writes itself, to clients that are plain connections. */
export class PendingRequestServer {
  private readonly server = createServer();

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The client reads nothing before it is resumed. @param headers more of them, with their line ends */
  async ask(headers = ''): Promise<PendingRequest> {
    const request = once(this.server, 'request') as Promise<[unknown, ServerResponse]>;
    const client = connect((this.server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.write(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    const [, response] = await request;
    return { client, response };
  }
}
