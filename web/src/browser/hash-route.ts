import { useSyncExternalStore } from 'react';

/** The page of one's own account. */
export const ACCOUNT_HASH = '#/account';

const CHAT_HASH = /^#\/chats\/([\w-]+)$/;

/** The chat that the address names, or null for the page of a new chat. A hash needs no rewrite rule on the server. */
export function useOpenChatId(): string | null {
  return useSyncExternalStore(subscribe, readChatId);
}

export function openChat(chatId: string | null): void {
  window.location.hash = chatHash(chatId);
}

export function chatHash(chatId: string | null): string {
  return chatId ? `#/chats/${chatId}` : '#/';
}

/** Whether the address names one's own account. */
export function useIsAccountOpen(): boolean {
  return useSyncExternalStore(subscribe, () => window.location.hash === ACCOUNT_HASH);
}

function readChatId(): string | null {
  return CHAT_HASH.exec(window.location.hash)?.[1] ?? null;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
