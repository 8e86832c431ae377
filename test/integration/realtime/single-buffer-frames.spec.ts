import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, Socket } from 'socket.io-client';
import { eventually } from '../../support/eventually';
import { sendSingleBufferFrames } from '../../../src/realtime/single-buffer-frames';

describe('a broadcast in single-buffer frames', () => {
  const http = createServer();
  const server = new Server(http);
  const namespace = server.of('/chat');
  const clients: Socket[] = [];

  beforeAll(async () => {
    sendSingleBufferFrames(namespace.adapter);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    clients.forEach((client) => client.disconnect());
    await eventually('the clients have said goodbye', () => server.engine.clientsCount === 0);
    await server.close();
  });

  const connect = async (transport: 'websocket' | 'polling'): Promise<Socket> => {
    const { port } = http.address() as AddressInfo;
    const client = io(`http://127.0.0.1:${port}/chat`, {
      transports: [transport],
      forceNew: true,
      reconnection: false,
    });
    clients.push(client);
    await new Promise<void>((resolve) => client.once('connect', resolve));
    return client;
  };

  // The header of a WebSocket frame has one of three forms, by length.
  it.each([10, 1_000, 100_000])(
    'of %d characters arrives at clients of either transport as it was sent',
    async (length) => {
      const sent = { text: 'ü'.repeat(length), last: '😀' };
      const received = [await connect('websocket'), await connect('polling')].map(
        (client) => new Promise((resolve) => client.once('event', resolve)),
      );
      namespace.emit('event', sent);
      expect(await Promise.all(received)).toEqual([sent, sent]);
    },
  );

  it('makes one buffer of what the library encodes as two', () => {
    const options: { wsPreEncodedFrame?: Buffer[] } = {};
    const encode = Reflect.get(namespace.adapter, '_encode') as (packet: object, options: object) => unknown;
    encode({ type: 2, nsp: '/chat', data: ['event', {}] }, options);
    expect(options.wsPreEncodedFrame).toHaveLength(1);
  });
});
