import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { keepAlive } from './websocket-heartbeat';

const PING_MS = 30_000;
const PING_BYTES = 2;

/** What Node counts of a connection. */
class FakeNetwork {
  bytesRead = 0;
  bytesWritten = 0;
  writableLength = 0;

  /** What the peer has not taken waits. */
  write(bytes: number): void {
    this.bytesWritten += bytes;
    this.writableLength += bytes;
  }

  taken(bytes: number): void {
    this.writableLength -= bytes;
  }
}

/** A peer whose network takes a ping at once unless other data waits before it. */
class FakeWebSocket extends EventEmitter {
  isOpen = true;

  constructor(private readonly network: FakeNetwork) {
    super();
  }

  ping(): void {
    const mustWait = this.network.writableLength > 0;
    this.network.write(PING_BYTES);
    if (!mustWait) this.network.taken(PING_BYTES);
  }

  terminate(): void {
    this.isOpen = false;
    this.emit('close');
  }
}

describe('the heartbeat of a WebSocket', () => {
  let network: FakeNetwork;
  let socket: FakeWebSocket;

  beforeEach(() => {
    jest.useFakeTimers();
    network = new FakeNetwork();
    socket = new FakeWebSocket(network);
    keepAlive(socket as unknown as WebSocket, network as unknown as Socket);
  });
  afterEach(() => jest.useRealTimers());

  /** @param inEach what happens between two pings. */
  async function pings(count: number, inEach: () => void = () => undefined): Promise<void> {
    for (let ping = 0; ping < count; ping++) {
      inEach();
      await jest.advanceTimersByTimeAsync(PING_MS);
    }
  }

  it('ends the connection of a peer that does not answer', async () => {
    await pings(1);
    expect(socket.isOpen).toBe(true);
    await pings(1);
    expect(socket.isOpen).toBe(false);
  });

  it('keeps that of one that answers', async () => {
    await pings(5, () => {
      network.bytesRead += PING_BYTES;
      socket.emit('pong');
    });
    expect(socket.isOpen).toBe(true);
  });

  it('keeps that of one whose answer has to wait for the message that it sends', async () => {
    await pings(5, () => (network.bytesRead += 1_000_000));
    expect(socket.isOpen).toBe(true);
    await pings(2);
    expect(socket.isOpen).toBe(false);
  });

  it('keeps that of one that is still to get the ping, behind a message that it takes', async () => {
    network.write(10_000_000);
    await pings(5, () => network.taken(1_000_000));
    expect(socket.isOpen).toBe(true);
    await pings(2);
    expect(socket.isOpen).toBe(false);
  });

  it('ends that of one whose messages are only taken by the system', async () => {
    const message = (): void => {
      network.write(1_000);
      network.taken(1_000);
    };
    await pings(2, message);
    expect(socket.isOpen).toBe(false);
  });
});
