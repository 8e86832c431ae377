import { once } from 'node:events';
import { createParser } from 'eventsource-parser';
import { io } from 'socket.io-client';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { Acknowledgement } from '../../../src/realtime/acknowledgement';
import type { Connection } from './follower';

const JOIN_DEADLINE_MS = 10_000;

/** Over Server-Sent Events, as a browser resumes them. */
export const overSse: Connection = async ({ url, key, chatId, after, signal, onEvent }) => {
  const headers = {
    ...{ accept: 'text/event-stream', authorization: `Bearer ${key}`, 'last-event-id': String(after) },
  };
  const response = await fetch(`${url}/api/v1/chats/${chatId}/events`, { headers, signal });
  if (response.status !== 200) throw new Error(`the stream was answered with ${response.status}`);
  const parser = createParser({ onEvent: ({ data }) => onEvent(JSON.parse(data) as ChatEvent) });
  const decoder = new TextDecoder();
  const chunks: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  for await (const chunk of chunks ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
};

/** Over Socket.IO: joins with the last number that was seen. */
export const overSocket: Connection = async ({ url, key, chatId, after, signal, onEvent }) => {
  const auth = { token: key };
  const socket = io(`${url}/chat`, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
  try {
    const lost = new Promise<void>((resolve) => {
      socket.once('disconnect', () => resolve());
      socket.once('connect_error', () => resolve());
      // A socket that is closed while it connects says nothing more.
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    socket.on('event', onEvent);
    const connected = once(socket as unknown as NodeJS.EventEmitter, 'connect');
    if ((await Promise.race([connected, lost])) === undefined) return;
    const joined = socket.timeout(JOIN_DEADLINE_MS).emitWithAck('chat:join', { chatId, after });
    const answer = (await Promise.race([joined, lost])) as Acknowledgement | undefined;
    if (answer?.ok) await lost;
  } finally {
    socket.disconnect();
  }
};
