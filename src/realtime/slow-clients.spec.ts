import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Namespace, Socket } from 'socket.io';
import { SlowClients } from './slow-clients';
import { written } from './socket-buffer';

const HOUR_MS = 3_600_000;
const DEADLINE_MS = 30_000;

/** A socket whose network takes nothing until it is closed. */
function stalledSocket() {
  const socket = { id: 'a', connected: true, conn: { transport: { writable: false }, writeBuffer: [], close } };
  function close(): void {
    socket.connected = false;
  }
  return socket;
}

const asSocket = (socket: ReturnType<typeof stalledSocket>): Socket => socket as unknown as Socket;

describe('the time that a client which does not read is given', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is the same when the clock is set forward or back', async () => {
    const socket = stalledSocket();
    const namespace = { sockets: new Map([['a', asSocket(socket)]]) };
    const guard = new SlowClients(namespace as unknown as Namespace, pino({ level: 'silent' }));
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 2);
    jest.setSystemTime(Date.now() + HOUR_MS);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 4);
    expect(socket.connected).toBe(true);
    jest.setSystemTime(Date.now() - 2 * HOUR_MS);
    await jest.advanceTimersByTimeAsync(DEADLINE_MS / 2);
    expect(socket.connected).toBe(false);
    guard.stop();
  });

  it('is the same for one that is to catch up', async () => {
    // The pauses between two looks at the socket are real, and short.
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const socket = stalledSocket();
    const done = written(asSocket(socket));
    jest.setSystemTime(Date.now() + HOUR_MS);
    await sleep(50);
    expect(socket.connected).toBe(true);
    jest.setSystemTime(Date.now() - 2 * HOUR_MS);
    jest.advanceTimersByTime(DEADLINE_MS + 1);
    await done;
    expect(socket.connected).toBe(false);
  });
});
