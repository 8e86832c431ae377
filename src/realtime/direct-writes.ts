import { Injectable, OnModuleInit } from '@nestjs/common';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Namespace, Server, Socket } from 'socket.io';
import WebSocket from 'ws';
import { failed, Trial, Workaround, Workarounds } from '../common/workarounds';
import { WorkaroundConfig } from '../config/workaround.config';
import { writeDirectly } from './direct-socket-writes';
import { sendSingleBufferFrames } from './single-buffer-frames';

export const DIRECT_SOCKET_WRITES: Workaround = {
  name: 'direct_socket_writes',
  setting: 'DIRECT_SOCKET_WRITES',
  without: 'broadcasts go the long way through Socket.IO, which takes a third more CPU for each frame',
};

const TRIAL_DEADLINE_MS = 2_000;

/** Has the broadcasts of a namespace written to the network directly: quirk `socket-io-client` and quirk `socket-io-frames`. */
@Injectable()
export class DirectSocketWrites implements OnModuleInit {
  private namespace: Namespace | undefined;
  private isActive = false;

  constructor(
    private readonly config: WorkaroundConfig,
    private readonly workarounds: Workarounds,
  ) {}

  /** @throws ConfigError when it is required and does not work with the libraries that are installed */
  async onModuleInit(): Promise<void> {
    const { directSocketWrites: mode } = this.config;
    this.isActive = await this.workarounds.settle(DIRECT_SOCKET_WRITES, mode, tryDirectWrites);
    if (this.isActive && this.namespace !== undefined) sendSingleBufferFrames(this.namespace.adapter);
  }

  /** To be called before `onModuleInit`, as Nest does with a gateway. */
  attach(namespace: Namespace): void {
    this.namespace = namespace;
    namespace.on('connection', (socket) => {
      if (this.isActive) writeDirectly(socket);
    });
  }
}

/** Broadcasts to a client of its own, over loopback: what is written directly must arrive, past the library. */
export async function tryDirectWrites(): Promise<Trial> {
  const http = createServer();
  const server = new Server(http, { serveClient: false });
  const namespace = server.of('/trial');
  sendSingleBufferFrames(namespace.adapter);
  const joined = once(namespace, 'connection') as Promise<[Socket]>;
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  try {
    return await broadcastTo(client, namespace, joined);
  } finally {
    client.terminate();
    await server.close();
  }
}

async function broadcastTo(client: WebSocket, namespace: Namespace, joined: Promise<[Socket]>): Promise<Trial> {
  const signal = AbortSignal.timeout(TRIAL_DEADLINE_MS);
  const received: string[] = [];
  const arrived = new Promise<void>((resolve) => {
    client.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('0')) client.send('40/trial,');
      if (text.startsWith('42') && received.push(text) === 2) resolve();
    });
  });
  const [socket] = await beforeAbort(joined, signal);
  // Its answer to the client that has joined is the library's own.
  await new Promise(setImmediate);
  writeDirectly(socket);
  let passed = 0;
  const { transport } = socket.conn;
  const send = transport.send.bind(transport);
  transport.send = (packets) => {
    passed += 1;
    send(packets);
  };
  for (const number of [1, 2]) namespace.emit('event', number);
  await beforeAbort(arrived, signal);
  const isComplete = received.join() === '42/trial,["event",1],42/trial,["event",2]';
  if (!isComplete) return failed(DIRECT_SOCKET_WRITES, 'what was written directly arrived damaged');
  return passed === 0 ? { active: true } : failed(DIRECT_SOCKET_WRITES, 'Socket.IO or ws is made in another way');
}

function beforeAbort<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('what was written directly did not arrive')));
  });
  return Promise.race([result, aborted]);
}
