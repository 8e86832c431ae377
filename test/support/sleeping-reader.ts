import { connect, Socket } from 'node:net';

/** An HTTP client that asks and never reads the answer: the connection is there, and nobody takes what arrives. */
export class SleepingReader {
  private readonly socket: Socket;

  /** @param body sent as JSON by POST; without one it is a GET. */
  constructor(url: string, path: string, body?: object) {
    const { hostname, port, host } = new URL(url);
    const json = body === undefined ? '' : JSON.stringify(body);
    const head = [
      `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`,
      ...[`host: ${host}`, 'accept: text/event-stream', 'content-type: application/json'],
      ...[`content-length: ${Buffer.byteLength(json)}`, '', json],
    ];
    this.socket = connect(Number(port), hostname).pause();
    // It is cut off in the end.
    this.socket.on('error', () => undefined);
    this.socket.write(head.join('\r\n'));
  }

  end(): void {
    this.socket.destroy();
  }
}
