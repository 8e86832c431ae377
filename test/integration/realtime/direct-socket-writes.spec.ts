import { createServer } from 'node:http';
import type { AddressInfo, Socket as NetworkSocket } from 'node:net';
import { Server } from 'socket.io';
import { io, Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { eventually } from '../../support/eventually';
import { coalescedWrite, writeDirectly } from '../../../src/realtime/direct-socket-writes';
import { sendSingleBufferFrames } from '../../../src/realtime/single-buffer-frames';

const EVENT = /^42\/chat,\["event",(.*)\]$/s;

describe('direct socket writes of broadcasts', () => {
  const http = createServer();
  const server = new Server(http);
  const namespace = server.of('/chat');
  const clients: Socket[] = [];
  let port: number;

  beforeAll(async () => {
    sendSingleBufferFrames(namespace.adapter);
    namespace.on('connection', (socket) => writeDirectly(socket));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    ({ port } = http.address() as AddressInfo);
  });
  afterAll(async () => {
    clients.forEach((client) => client.disconnect());
    await eventually('the clients have said goodbye', () => server.engine.clientsCount === 0);
    await server.close();
  });

  /** A client that notes what it gets. */
  const follow = (...transports: ('websocket' | 'polling')[]): Promise<number[]> => {
    const client = io(`http://127.0.0.1:${port}/chat`, { transports, forceNew: true, reconnection: false });
    const received: number[] = [];
    clients.push(client);
    client.on('event', (number: number) => received.push(number));
    return new Promise((resolve) => client.once('connect', () => resolve(received)));
  };

  it('keep their order among what the library writes, over every transport and while one is changed', async () => {
    const sent: number[] = [];
    const send = async (count: number): Promise<void> => {
      for (const until = sent.length + count; sent.length < until;) {
        const number = sent.push(sent.length) - 1;
        if (number % 3 > 0) namespace.emit('event', number);
        else for (const socket of namespace.sockets.values()) socket.emit('event', number);
        if (number % 50 === 0) await new Promise(setImmediate);
      }
    };
    const early = await Promise.all([follow('websocket'), follow('polling'), follow('polling', 'websocket')]);
    // The third one changes its transport meanwhile.
    await send(3_000);
    for (const received of early) await eventually('all has arrived', () => received.length === sent.length);
    await send(3_000);
    const batch = Array.from({ length: 20 }, () => sent.push(sent.length) - 1);
    coalescedWrite(batch.length, () => batch.forEach((number) => namespace.emit('event', number)));
    await send(60);
    for (const received of early) {
      await eventually('all has arrived', () => received.length === sent.length);
      expect(received).toEqual(sent);
    }
  });

  it('reach a client in one write when they are sent together', async () => {
    const received = await follow('websocket');
    const own = [...namespace.sockets.values()].at(-1);
    const network = (own?.conn.transport as unknown as { socket: { _socket: NetworkSocket } }).socket._socket;
    const pieces: number[] = [];
    const writev = network._writev?.bind(network);
    network._writev = (chunks, done) => {
      pieces.push(chunks.length);
      writev?.(chunks, done);
    };
    const numbers = [1, 2, 3, 4];
    coalescedWrite(numbers.length, () => numbers.forEach((number) => own?.nsp.to(own.id).emit('event', number)));
    await eventually('all has arrived', () => received.length === numbers.length);
    expect([received, pieces]).toEqual([numbers, [4]]);
  });

  it('wait in the library for a client that does not read, and arrive whole and in order when it does', async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    const received: string[] = [];
    await new Promise<void>((resolve) => {
      webSocket.on('message', (data: Buffer) => {
        const text = data.toString();
        if (text.startsWith('0')) webSocket.send('40/chat,');
        else if (text.startsWith('40')) resolve();
        else if (text === '2') webSocket.send('3');
        else received.push(EVENT.exec(text)?.[1] ?? text);
      });
    });
    const own = [...namespace.sockets.values()].at(-1);
    webSocket.pause();
    const sent = Array.from({ length: 60 }, (_, index) => String(index).repeat(200_000));
    for (const text of sent) {
      namespace.to(own?.id ?? '').emit('event', text);
      await new Promise(setImmediate);
    }
    expect(own?.conn.transport.writable).toBe(false);
    webSocket.resume();
    await eventually('all has arrived', () => received.length === sent.length);
    expect(received.map((text) => JSON.parse(text) as string)).toEqual(sent);
    webSocket.close();
  });
});
