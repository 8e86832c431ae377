import type { Socket as NetworkSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { Connection, networkOf, waitingPackets, webSocketOf } from './connection-parts';

type Write = (packets: unknown, options: { readonly wsPreEncodedFrame?: readonly Buffer[] }) => void;

const OPEN = 1;
const patched = new WeakSet<object>();
/** The connections that have got something of the batch that is being sent. */
let batch: Set<NetworkSocket> | undefined;

/**
 * Hands a broadcast's frame to the network directly where nothing waits for that client: the way through Socket.IO,
 * Engine.IO and ws takes as long as the write itself. A client that is slow, on its way from polling, or of another
 * version goes that way, which keeps the order and the buffers by which slow clients are found.
 */
export function writeDirectly({ client }: Socket): void {
  const write: unknown = Reflect.get(client, 'writeToEngine');
  if (typeof write !== 'function' || patched.has(client)) return;
  patched.add(client);
  const direct: Write = (packets, options) => {
    const [frame, ...more] = options.wsPreEncodedFrame ?? [];
    const network = frame === undefined || more.length > 0 ? undefined : idleNetwork(client.conn);
    if (frame === undefined || network === undefined) return (write as Write).call(client, packets, options);
    if (batch?.has(network) === false) {
      network.cork();
      batch.add(network);
    }
    network.write(frame);
  };
  Reflect.set(client, 'writeToEngine', direct);
}

/**
 * What `send` broadcasts reaches each client in one write.
 *
 * @param count of broadcasts; a single one is written as it is.
 */
export function coalescedWrite(count: number, send: () => void): void {
  if (count <= 1) return send();
  const corked = new Set<NetworkSocket>();
  batch = corked;
  try {
    send();
  } finally {
    batch = undefined;
    for (const network of corked) network.uncork();
  }
}

/** The network socket of a connection for which nothing waits anywhere, or only what this batch has written. */
function idleNetwork(connection: Connection): NetworkSocket | undefined {
  const { name, writable } = connection.transport;
  const webSocket = webSocketOf(connection);
  if (name !== 'websocket' || !writable || connection.readyState !== 'open' || webSocket === undefined)
    return undefined;
  if (Reflect.get(webSocket, 'readyState') !== OPEN) return undefined;
  const network = networkOf(webSocket);
  if (network === undefined || waitingPackets(connection)?.length !== 0 || !hasEmptyQueue(webSocket)) return undefined;
  return network.writableLength === 0 || batch?.has(network) ? network : undefined;
}

/** Nothing waits for its compression; https://github.com/websockets/ws/blob/master/lib/sender.js */
function hasEmptyQueue(webSocket: object): boolean {
  const sender: unknown = Reflect.get(webSocket, '_sender');
  const queue: unknown = typeof sender === 'object' && sender !== null ? Reflect.get(sender, '_queue') : undefined;
  return Array.isArray(queue) && queue.length === 0;
}
