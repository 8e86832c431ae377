import { Socket as NetworkSocket } from 'node:net';
import type { Socket } from 'socket.io';

/*
 * What an Engine.IO connection and the WebSocket under it keep to themselves. All of it is looked for before it is used:
 * another version may not have it.
 */

export type Connection = Socket['conn'];

export interface Packet {
  readonly data?: unknown;
}

/** What the transport has not taken yet; undefined where that is not known. */
export function waitingPackets(connection: Connection): readonly Packet[] | undefined {
  const buffer: unknown = Reflect.get(connection, 'writeBuffer');
  return Array.isArray(buffer) ? (buffer as Packet[]) : undefined;
}

/** The connection's WebSocket; undefined for another transport. */
export function webSocketOf({ transport }: Connection): object | undefined {
  const webSocket: unknown = Reflect.get(transport, 'socket');
  return typeof webSocket === 'object' && webSocket !== null ? webSocket : undefined;
}

/** What is under a WebSocket. */
export function networkOf(webSocket: object): NetworkSocket | undefined {
  const network: unknown = Reflect.get(webSocket, '_socket');
  return network instanceof NetworkSocket ? network : undefined;
}
