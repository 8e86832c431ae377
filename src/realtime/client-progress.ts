import { Socket as NetworkSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { bytesTaken, Stall } from '../common/progress';

type Connection = Socket['conn'];

/**
 * How far a client is with what it is sent. Whether its transport is ready for more tells little: over polling it is
 * only while a request of the client waits, and on a busy connection for no longer than a moment.
 */
export class ClientProgress {
  /** What its transport has taken since: each time all that waited. It takes no more before that has left. */
  batches = 0;
  private readonly stall = new Stall(0);
  private readonly onDrain = (): void => void this.batches++;

  constructor(private readonly connection: Connection) {
    connection.on('drain', this.onDrain);
  }

  stop(): void {
    this.connection.off('drain', this.onDrain);
  }

  /** Milliseconds for which the client has taken nothing of what waits for it. */
  stalledMs(): number {
    if (this.connection.transport.writable) this.stall.restart();
    const network = networkOf(this.connection);
    return this.stall.msAt(this.batches + (network ? bytesTaken(network) : 0));
  }
}

/** What is under a WebSocket; private in the types of both libraries. */
function networkOf({ transport }: Connection): NetworkSocket | undefined {
  const webSocket: unknown = Reflect.get(transport, 'socket');
  const network: unknown = isObject(webSocket) ? Reflect.get(webSocket, '_socket') : undefined;
  return network instanceof NetworkSocket ? network : undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
