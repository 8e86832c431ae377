import { getEventListeners } from 'node:events';
import type { WebSocket } from 'ws';
import { SocketTransport } from './socket-transport';

describe('SocketTransport', () => {
  it('leaves nothing behind that waits for the end of the connection', async () => {
    const connection = new AbortController();
    const socket = { bufferedAmount: 2 * 1024 * 1024, send: (_: string, sent: () => void) => setImmediate(sent) };
    const transport = new SocketTransport(socket as unknown as WebSocket, connection.signal);
    for (let n = 0; n < 3; n++) {
      transport.send({ type: 'response.output_text.delta', sequence_number: n } as never);
      await transport.drained();
    }
    expect(getEventListeners(connection.signal, 'abort')).toEqual([]);
  });
});
