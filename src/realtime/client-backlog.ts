import type { Socket } from 'socket.io';
import { bytesTaken, type Taker } from '../common/stall-guard';
import { Connection, networkOf, webSocketOf } from './connection-parts';

/**
 * What a client is still to take, as far as it can be told. Whether its transport is ready for more tells little: over
 * polling it is only while a request of the client waits, and on a busy connection for no longer than a moment.
 */
export class ClientBacklog implements Taker {
  /** What its transport has taken since: each time all that waited. It takes no more before that has left. */
  private batches = 0;
  private readonly onDrain = (): void => void this.batches++;

  constructor(private readonly connection: Connection) {
    connection.on('drain', this.onDrain);
  }

  stop(): void {
    this.connection.off('drain', this.onDrain);
  }

  readonly taken = (): number => {
    const webSocket = webSocketOf(this.connection);
    const network = webSocket && networkOf(webSocket);
    return this.batches + (network ? bytesTaken(network) : 0);
  };

  readonly isIdle = (): boolean => this.connection.transport.writable;

  /** What waited at the beginning has left: the first batch may be that, with the second it is gone. */
  get hasLeft(): boolean {
    return this.isIdle() || this.batches >= 2;
  }
}

/**
 * Resolves when what was sent to the socket has left for the network, or the socket is closed; SlowClients closes one that
 * takes nothing.
 */
export async function written(socket: Socket): Promise<void> {
  const { conn } = socket;
  const backlog = new ClientBacklog(conn);
  try {
    while (socket.connected && !backlog.hasLeft) await nextChange(conn);
  } finally {
    backlog.stop();
  }
}

/** The transport is ready for more, has taken more, or is another or none. */
function nextChange(connection: Connection): Promise<void> {
  const { transport } = connection;
  return new Promise((resolve) => {
    const settle = (): void => {
      transport.off('ready', settle);
      for (const name of CHANGES) connection.off(name, settle);
      resolve();
    };
    transport.on('ready', settle);
    for (const name of CHANGES) connection.on(name, settle);
  });
}

const CHANGES = ['drain', 'upgrade', 'close'] as const;
