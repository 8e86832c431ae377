import { useSyncExternalStore } from 'react';

/** The page of one's own account. */
export const ACCOUNT_HASH = '#/account';
export const PROJECTS_HASH = '#/projects';
export const ADMIN_HASH = '#/admin';

/** What the address names. A hash needs no rewrite rule on the server. */
export type Route =
  { page: 'new' | 'account' | 'projects' } | { page: 'chat' | 'project'; id: string } | { page: 'admin'; tab: string };

const NAMED = /^#\/(chats|projects)\/([\w-]+)$/;
const ADMIN = /^#\/admin(?:\/([\w-]*))?$/;

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return routeOf(hash);
}

export function routeOf(hash: string): Route {
  const [, kind, id] = NAMED.exec(hash) ?? [];
  if (kind && id) return { page: kind === 'chats' ? 'chat' : 'project', id };
  const admin = ADMIN.exec(hash);
  if (admin) return { page: 'admin', tab: admin[1] ?? '' };
  if (hash === ACCOUNT_HASH) return { page: 'account' };
  return { page: hash === PROJECTS_HASH ? 'projects' : 'new' };
}

export function openChat(chatId: string | null): void {
  window.location.hash = chatHash(chatId);
}

export function chatHash(chatId: string | null): string {
  return chatId ? `#/chats/${chatId}` : '#/';
}

export const projectHash = (id: string): string => `${PROJECTS_HASH}/${id}`;
export const adminHash = (tab: string): string => `${ADMIN_HASH}/${tab}`;

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
