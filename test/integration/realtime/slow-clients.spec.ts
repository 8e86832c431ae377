import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { Namespace, Server, type Socket as ServerSocket } from 'socket.io';
import { io, Socket } from 'socket.io-client';
import { SlowClients } from '../../../src/realtime/slow-clients';
import { createSlowLine } from '../../support/slow-line';
import { tcpOf } from '../../support/tcp-of-socket';

const EVENTS = 600;
const PAYLOAD = 'x'.repeat(64 * 1024);
const BYTES_PER_MS = 16 * 1024;
const LARGE = 'x'.repeat(512 * 1024);

describe('a client that stops reading', () => {
  const http = createServer();
  const server = new Server(http);
  const namespace: Namespace = server.of('/chat');
  const guard = new SlowClients(namespace, pino({ level: 'silent' }), {
    checkMs: 10,
    maxWaiting: 100,
    maxWaitingBytes: 4 * 1024 * 1024,
    maxStallMs: 60_000,
  });
  const clients: Socket[] = [];

  const connect = async (): Promise<Socket> => {
    const { port } = http.address() as AddressInfo;
    const client = io(`http://127.0.0.1:${port}/chat`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    clients.push(client);
    await new Promise((resolve) => client.once('connect', () => resolve(undefined)));
    return client;
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    guard.stop();
    clients.forEach((client) => tcpOf(client).destroy());
    await server.close();
  });

  it('loses its connection, and another client gets everything', async () => {
    const reader = await connect();
    const sleeper = await connect();
    const cutOff = once(namespace.sockets.get(sleeper.id ?? '') ?? namespace, 'disconnect');
    stopReading(sleeper);
    let received = 0;
    const complete = new Promise((resolve) => reader.on('event', () => ++received === EVENTS && resolve(undefined)));
    for (let event = 0; event < EVENTS; event++) {
      namespace.emit('event', { event, PAYLOAD });
      if (event % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all([cutOff, complete]);
    expect(namespace.sockets.has(reader.id ?? '')).toBe(true);
    expect(namespace.sockets.size).toBe(1);
  });

  it('loses it for few large events as for many small ones', async () => {
    const sleeper = await connect();
    const cutOff = once(namespace.sockets.get(sleeper.id ?? '') ?? namespace, 'disconnect');
    stopReading(sleeper);
    // Below the number of packets that may wait, with what the system's buffers take of them.
    for (let event = 0; event < 80; event++) namespace.emit('event', LARGE);
    await cutOff;
    expect(namespace.sockets.has(sleeper.id ?? '')).toBe(false);
  });
});

/** As a browser tab that hangs: the connection is there, and nobody takes what arrives. */
const stopReading = (client: Socket): void => void tcpOf(client).pause();

describe('a client that reads slowly', () => {
  /** The system's buffers take up to 33 MB, and tell of what was read of them in steps of several. */
  const STALL_MS = 2_500;
  const http = createServer();
  const server = new Server(http);
  const namespace: Namespace = server.of('/chat');
  const guard = new SlowClients(namespace, pino({ level: 'silent' }), {
    checkMs: 10,
    maxWaiting: 100,
    maxWaitingBytes: 256 * 1024 * 1024,
    maxStallMs: STALL_MS,
  });
  const line = createSlowLine(() => (http.address() as AddressInfo).port, BYTES_PER_MS);
  let client: Socket;

  beforeAll(async () => {
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => client.disconnect());
  afterAll(async () => {
    guard.stop();
    await server.close();
    await new Promise((resolve) => line.close(resolve));
  });

  async function connect(transport: 'websocket' | 'polling'): Promise<ServerSocket> {
    const { port } = line.address() as AddressInfo;
    client = io(`http://127.0.0.1:${port}/chat`, { transports: [transport], forceNew: true, reconnection: false });
    await new Promise<void>((resolve) => client.once('connect', resolve));
    const own = namespace.sockets.get(client.id ?? '');
    if (own === undefined) throw new Error('the server does not know the client');
    return own;
  }

  it('keeps its connection over polling, also when something always waits for it', async () => {
    const own = await connect('polling');
    const more = (): unknown => own.emit('event', 'word');
    own.conn.on('drain', more);
    more();
    await sleep(2 * STALL_MS);
    own.conn.off('drain', more);
    expect(own.connected).toBe(true);
  });

  it('keeps it in the middle of one large event over a WebSocket', async () => {
    const own = await connect('websocket');
    const text = 'x'.repeat(2 * STALL_MS * BYTES_PER_MS);
    const received = new Promise<string>((resolve) => client.once('event', resolve));
    own.emit('event', text);
    expect((await received).length).toBe(text.length);
    expect(own.connected).toBe(true);
  });
});
