import { io, type Socket } from 'socket.io-client';

type Json = Record<string, unknown>;

export interface PoolSocket {
  readonly socket: Socket;
  /** Events by their names, as they came. */
  readonly told: [string, Json][];
  /** @returns what the call is acknowledged with */
  readonly call: (name: string, payload: unknown) => Promise<Json>;
}

/** A connection to the namespace `/codex` of a service. */
export async function connectedToPool(url: string): Promise<PoolSocket> {
  const socket = io(`${url}/codex`, { transports: ['websocket'], reconnection: false });
  const told: [string, Json][] = [];
  socket.onAny((name: string, data: Json) => told.push([name, data]));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  return {
    ...{ socket, told },
    call: (name, payload) => socket.timeout(20_000).emitWithAck(name, payload) as Promise<Json>,
  };
}
