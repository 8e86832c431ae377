import { io, type Socket } from 'socket.io-client';
import type { Chat, ChatEvent } from '../api/types';

export type JoinAnswer = { ok: true; lastSeq: number } | { ok: false; error: { code: string; detail: string } };

interface ServerEvents {
  event: (event: ChatEvent) => void;
  /** Nothing more comes of a chat that was joined: it may not be seen any more. */
  'chat:closed': (change: { chatId: string; code: string }) => void;
  /** Of the user's list, once it is watched. */
  'chats:changed': (change: { chats: Chat[] }) => void;
  'chats:deleted': (change: { chatId: string }) => void;
  'chats:stale': () => void;
  /** The connection is closed after it: nobody is signed in any more. */
  'session:ended': (reason: { code: string; detail: string }) => void;
}

interface ClientEvents {
  'chat:join': (request: { chatId: string; after: number }, answer: (answer: JoinAnswer) => void) => void;
  'chats:watch': (request: object, answer: (answer: { ok: boolean }) => void) => void;
  'chat:leave': (request: { chatId: string }, answer: (answer: unknown) => void) => void;
}

export type RelaySocket = Socket<ServerEvents, ClientEvents>;

/** A proxy may let the request for a WebSocket hang: another way is tried after so long. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The page's one connection; chats join and leave their rooms on it. Once it could not be made, it begins as polling, and
 * becomes a WebSocket where that works.
 */
export function openRelaySocket(): RelaySocket {
  const socket: RelaySocket = io('/chat', {
    path: new URL('socket.io', document.baseURI).pathname,
    autoConnect: false,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    timeout: CONNECT_TIMEOUT_MS,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
  });
  socket.io.on('error', () => (socket.io.opts.transports = ['polling', 'websocket']));
  return socket;
}
