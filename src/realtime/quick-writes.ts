import type { Socket as NetworkSocket } from 'node:net';
import type { Socket } from 'socket.io';

type Write = (packets: unknown, options: { readonly wsPreEncodedFrame?: readonly Buffer[] }) => void;

/** What of an Engine.IO connection over a WebSocket is its own affair; all of it is looked for before it is used. */
interface Transport {
  readonly name: string;
  readonly writable: boolean;
  readonly socket?: { readonly readyState: number; readonly _sender?: unknown; readonly _socket?: NetworkSocket };
}

const OPEN = 1;
const quick = new WeakSet<object>();
/** The connections that have got something of the batch that is being sent. */
let batch: Set<NetworkSocket> | undefined;

/**
 * Hands a broadcast's frame to the network directly where nothing waits for that client: the way through Socket.IO,
 * Engine.IO and ws takes as long as the write itself. A client that is slow, on its way from polling, or of another
 * version goes that way, which keeps the order and the buffers that slow clients are told by.
 */
export function writeQuickly({ client }: Socket): void {
  const write: unknown = Reflect.get(client, 'writeToEngine');
  if (typeof write !== 'function' || quick.has(client)) return;
  quick.add(client);
  const quickly: Write = (packets, options) => {
    const [frame, ...more] = options.wsPreEncodedFrame ?? [];
    const network = frame === undefined || more.length > 0 ? undefined : idleNetwork(client.conn);
    if (frame === undefined || network === undefined) return (write as Write).call(client, packets, options);
    if (batch?.has(network) === false) {
      network.cork();
      batch.add(network);
    }
    network.write(frame);
  };
  Reflect.set(client, 'writeToEngine', quickly);
}

/**
 * What `send` broadcasts reaches each client in one write.
 *
 * @param count of broadcasts; a single one is written as it is.
 */
export function asOneWrite(count: number, send: () => void): void {
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
function idleNetwork(connection: Socket['conn']): NetworkSocket | undefined {
  const { name, writable, socket } = connection.transport as unknown as Transport;
  if (name !== 'websocket' || !writable || connection.readyState !== 'open' || socket?.readyState !== OPEN)
    return undefined;
  const network = socket._socket;
  if (network === undefined || !isEmpty(Reflect.get(connection, 'writeBuffer')) || !isEmpty(senderQueue(socket)))
    return undefined;
  return network.writableLength === 0 || batch?.has(network) ? network : undefined;
}

/** What waits for its compression; https://github.com/websockets/ws/blob/master/lib/sender.js */
const senderQueue = ({ _sender: sender }: { readonly _sender?: unknown }): unknown =>
  typeof sender === 'object' && sender !== null ? Reflect.get(sender, '_queue') : undefined;

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
