import { io, type Socket } from 'socket.io-client';
import { accessToken } from '../api/access-token';
import type { ChatEvent } from '../api/types';

export type JoinAnswer = { ok: true; lastSeq: number } | { ok: false; error: { code: string; detail: string } };

interface ServerEvents {
  event: (event: ChatEvent) => void;
}

interface ClientEvents {
  'chat:join': (request: { chatId: string; after: number }, answer: (answer: JoinAnswer) => void) => void;
  'chat:leave': (request: { chatId: string }, answer: (answer: unknown) => void) => void;
}

export type RelaySocket = Socket<ServerEvents, ClientEvents>;

/** The page's one connection; chats join and leave their rooms on it. */
export function openRelaySocket(): RelaySocket {
  return io('/chat', {
    auth: (give) => give({ token: accessToken() }),
    autoConnect: false,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
  });
}
