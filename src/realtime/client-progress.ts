import { bytesTaken, Stall } from '../common/progress';
import { Connection, networkOf, webSocketOf } from './connection-parts';

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
    const webSocket = webSocketOf(this.connection);
    const network = webSocket && networkOf(webSocket);
    return this.stall.msAt(this.batches + (network ? bytesTaken(network) : 0));
  }
}
