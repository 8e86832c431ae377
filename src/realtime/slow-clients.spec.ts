import { EventEmitter } from 'node:events';
import pino from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { written } from './client-backlog';
import { SlowClients } from './slow-clients';

const HOUR_MS = 3_600_000;
const DEADLINE_MS = 30_000;
/** A socket whose network takes nothing until it is closed. */
function stalledSocket() {
  const transport = Object.assign(new EventEmitter(), { writable: false });
  const connection = { transport, writeBuffer: [], close };
  const socket = { id: 'a', connected: true, conn: Object.assign(new EventEmitter(), connection) };
  function close(): void {
    socket.connected = false;
    socket.conn.emit('close');
  }
  return socket;
}

const asSocket = (socket: ReturnType<typeof stalledSocket>): Socket => socket as unknown as Socket;

function guardOf(socket: ReturnType<typeof stalledSocket>): SlowClients {
  const namespace = { sockets: new Map([['a', asSocket(socket)]]) };
  return new SlowClients(namespace as unknown as Namespace, pino({ level: 'silent' }));
}

describe('the time that a client which does not read is given', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is the same when the clock is set forward or back', async () => {
    const socket = stalledSocket();
    const guard = guardOf(socket);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 2);
    jest.setSystemTime(Date.now() + HOUR_MS);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 4);
    expect(socket.connected).toBe(true);
    jest.setSystemTime(Date.now() - 2 * HOUR_MS);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 2);
    expect(socket.connected).toBe(false);
    guard.stop();
  });

  it('is the same for one that is to catch up, which nothing else ends', async () => {
    const socket = stalledSocket();
    const guard = guardOf(socket);
    const done = written(asSocket(socket));
    await jest.advanceTimersByTimeAsync(DEADLINE_MS - 1_000);
    expect(socket.connected).toBe(true);
    await jest.advanceTimersByTimeAsync(3_000);
    await done;
    expect(socket.connected).toBe(false);
    guard.stop();
  });

  it('begins anew with each batch that its transport takes, also when it is never seen ready for more', async () => {
    const socket = stalledSocket();
    const guard = guardOf(socket);
    for (let batch = 0; batch < 5; batch++) {
      await jest.advanceTimersByTimeAsync(DEADLINE_MS / 2);
      socket.conn.emit('drain');
    }
    expect(socket.connected).toBe(true);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS + 3_000);
    expect(socket.connected).toBe(false);
    guard.stop();
  });
});

describe('what a client is sent to catch up', () => {
  it('has left when its transport has taken more after it, also when it is never seen ready for more', async () => {
    const socket = stalledSocket();
    const done = written(asSocket(socket));
    // With what waited.
    socket.conn.emit('drain');
    // With what came later.
    socket.conn.emit('drain');
    await done;
    expect([socket.connected, socket.conn.listenerCount('drain')]).toEqual([true, 0]);
  });

  it('has left when its transport is ready for more', async () => {
    const socket = stalledSocket();
    const done = written(asSocket(socket));
    socket.conn.transport.writable = true;
    socket.conn.transport.emit('ready');
    await done;
    expect([socket.conn.listenerCount('drain'), socket.conn.transport.listenerCount('ready')]).toEqual([0, 0]);
  });

  it('is waited for on the transport that it has been moved to', async () => {
    const socket = stalledSocket();
    const done = written(asSocket(socket));
    socket.conn.transport = Object.assign(new EventEmitter(), { writable: true });
    socket.conn.emit('upgrade');
    await done;
    expect(socket.connected).toBe(true);
  });
});
