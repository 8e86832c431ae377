import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { DomainError } from '../../../src/common/domain.error';
import { MAX_FRAME_BYTES, WebSocketConnection } from '../../../src/contracts/web-socket-connection';
import { eventually } from '../../support/eventually';

const MIB = 1024 * 1024;
const QUICK = { stallMs: 300, checkMs: 50 };

interface Pair {
  readonly client: WebSocket;
  readonly connection: WebSocketConnection;
  /** What the client was sent, as numbers, texts and codes of faults. */
  readonly received: unknown[];
}

describe('a WebSocket of a contract', () => {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  const accepted: WebSocketConnection[] = [];
  const clients: WebSocket[] = [];

  beforeAll(async () => {
    http.on('upgrade', (request, socket: Socket, head) => {
      server.handleUpgrade(request, socket, head, (each) =>
        accepted.push(new WebSocketConnection(each, socket, '127.0.0.1', QUICK)),
      );
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    clients.forEach((client) => client.terminate());
    await new Promise((resolve) => http.close(resolve));
  });

  async function connect(): Promise<Pair> {
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    clients.push(client);
    const received: unknown[] = [];
    client.on('message', (data: RawData) =>
      received.push((JSON.parse((data as Buffer).toString()) as { is: unknown }).is),
    );
    client.on('error', () => undefined);
    await new Promise((resolve) => client.once('open', resolve));
    const connection = await eventually('it is accepted', () => accepted.shift());
    return { client, connection, received };
  }

  /** Sends back what comes in. */
  const echo = (connection: WebSocketConnection, onMessage: () => Promise<void> | void = () => undefined): void =>
    connection.listen({
      onMessage: async (message) => {
        await onMessage();
        const { length } = JSON.stringify(message);
        connection.send({ is: length > 100 ? length : message });
      },
      onFault: (fault) => connection.send({ is: fault instanceof DomainError ? fault.code : 'unknown' }),
    });

  it('takes one message after the other, those that came before it listened among them', async () => {
    const { client, connection, received } = await connect();
    const running: number[] = [];
    let count = 0;
    client.send('1');
    client.send('2');
    await new Promise((resolve) => setTimeout(resolve, 50));
    echo(connection, async () => {
      running.push(++count);
      await new Promise((resolve) => setTimeout(resolve, 5));
      count--;
    });
    client.send('3');
    await eventually('all are answered', () => received.length === 3);
    expect(received).toEqual([1, 2, 3]);
    expect(running).toEqual([1, 1, 1]);
  });

  it('tells of what is no message in its turn, and goes on', async () => {
    const { client, connection, received } = await connect();
    echo(connection);
    for (const each of ['"a"', 'not JSON', Buffer.from('"binary"'), '', '"b"']) client.send(each);
    await eventually('all are answered', () => received.length === 5);
    expect(received).toEqual(['a', 'malformed_json', 'binary_frame', 'malformed_json', 'b']);
  });

  it('tells of what a handler throws, and goes on', async () => {
    const { client, connection, received } = await connect();
    let isFirst = true;
    echo(connection, () => {
      if (!isFirst) return;
      isFirst = false;
      throw new Error('broken');
    });
    client.send('1');
    client.send('2');
    await eventually('both are answered', () => received.length === 2);
    expect(received).toEqual(['unknown', 2]);
  });

  it('takes 10 MB, refuses more than a message may have, and closes on what no frame may have', async () => {
    const { client, connection, received } = await connect();
    echo(connection);
    const sized = (bytes: number): string => JSON.stringify('x'.repeat(bytes));
    client.send(sized(10 * MIB));
    client.send(sized(17 * MIB));
    client.send('"still here"');
    await eventually('all are answered', () => received.length === 3);
    expect(received).toEqual([10 * MIB + 2, 'message_too_large', 'still here']);
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.send(sized(MAX_FRAME_BYTES));
    expect(await closed).toBe(1009);
    await eventually('the server knows', () => connection.closed.aborted);
  });

  it('keeps so many messages waiting, and so many bytes, and refuses those beyond at once', async () => {
    const { client, connection, received } = await connect();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    echo(connection, () => released);
    for (let each = 0; each < 40; each++) client.send(String(each));
    await eventually('some are refused', () => received.length === 7);
    expect(new Set(received)).toEqual(new Set(['too_many_messages']));
    release();
    await eventually('the others are answered', () => received.length === 40);
    expect(received.slice(7)).toEqual(Array.from({ length: 33 }, (_, index) => index));

    const heavy = await connect();
    for (let each = 0; each < 3; each++) heavy.client.send(JSON.stringify('x'.repeat(12 * MIB)));
    heavy.client.ping();
    await new Promise((resolve) => heavy.client.once('pong', resolve));
    echo(heavy.connection);
    await eventually('all are answered', () => heavy.received.length === 3);
    expect(heavy.received).toEqual([12 * MIB + 2, 12 * MIB + 2, 'too_many_messages']);
  });

  it('waits for a client that reads slowly, and cuts one off that reads nothing', async () => {
    const { client, connection, received } = await connect();
    const frame = { is: 'x'.repeat(MIB) };
    for (let each = 0; each < 8; each++) {
      connection.send(frame);
      await connection.drained();
    }
    await eventually('all is read', () => received.length === 8);
    client.pause();
    const start = performance.now();
    while (!connection.closed.aborted) {
      connection.send(frame);
      await connection.drained();
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('cuts a client off that sends and never reads what it is answered', async () => {
    const { client, connection } = await connect();
    connection.listen({
      onMessage: () => connection.send({ is: 'x'.repeat(4 * MIB) }),
      onFault: () => undefined,
    });
    client.pause();
    for (let each = 0; each < 30; each++) client.send('1');
    await eventually('it is cut off', () => connection.closed.aborted);
  });

  it('sends nothing to a client that is gone, and does not wait for it', async () => {
    const { client, connection } = await connect();
    client.terminate();
    await eventually('it is gone', () => connection.closed.aborted);
    connection.send({ is: 1 });
    await connection.drained();
    connection.close();
  });
});
