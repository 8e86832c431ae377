import { useEffect, useState, useSyncExternalStore } from 'react';
import type { RelaySocket } from '../log/relay-socket';
import { ChatSession, type SessionState } from './chat-session';

/** The session of a chat for as long as the component lives; render it with the chat's id as its key. */
export function useChatSession(socket: RelaySocket, chatId: string): [ChatSession, SessionState] {
  const [session] = useState(() => new ChatSession(socket, chatId));
  useEffect(() => {
    session.start();
    return () => session.stop();
  }, [session]);
  return [session, useSyncExternalStore(session.subscribe, session.snapshot)];
}
