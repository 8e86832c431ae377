import { useMemo, useSyncExternalStore } from 'react';

/** The page of one's own account. */
export const ACCOUNT_HASH = '#/account';
export const WEBHOOKS_HASH = '#/webhooks';
export const PROJECTS_HASH = '#/projects';
export const ADMIN_HASH = '#/admin';

/** What agents are made up of: a page each. */
export const SETUP_KINDS = ['templates', 'skills', 'mcp-servers'] as const;
export type SetupKind = (typeof SETUP_KINDS)[number];

/** A folder of a chat's workspace, a file of it, or what was changed in it. */
export type FilesView = 'files' | 'file' | 'changes';

/** What the address names. A hash needs no rewrite rule on the server. */
export type Route =
  | { page: 'projects' | 'webhooks' }
  | { page: 'new'; template: string | null; projectId: string | null }
  | { page: 'files'; id: string; view: FilesView; path: string }
  /** With a turn that the link leads to. */
  | { page: 'chat'; id: string; turnId: string | null }
  | { page: 'project'; id: string }
  | { page: 'setup'; kind: SetupKind; projectId: string | null; item: string }
  | { page: 'admin' | 'account'; tab: string; search: string };

const PROJECT = /^#\/projects\/([\w-]+)$/;
const CHAT = /^#\/chats\/([\w-]+)(?:\/turns\/([\w-]+))?$/;
const FILES = /^#\/chats\/([\w-]+)\/(files|file|changes)(?:\/(.*))?$/;
const SETUP = /^#(?:\/projects\/([\w-]+))?\/(templates|skills|mcp-servers)(?:\/([\w.-]+))?$/;
const NEW = /^#\/new\?(.*)$/;
const TABBED = /^#\/(admin|account)(?:\/([\w-]*))?(?:\?(.*))?$/;

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => routeOf(hash), [hash]);
}

export function routeOf(hash: string): Route {
  const [, project] = PROJECT.exec(hash) ?? [];
  if (project) return { page: 'project', id: project };
  const [, chatId, turnId = null] = CHAT.exec(hash) ?? [];
  if (chatId) return { page: 'chat', id: chatId, turnId };
  const [, id, view, path] = FILES.exec(hash) ?? [];
  if (id && view) return { page: 'files', id, view: view as FilesView, path: decoded(path ?? '') };
  const [, projectId, setup, item] = SETUP.exec(hash) ?? [];
  if (setup) return { page: 'setup', kind: setup as SetupKind, projectId: projectId ?? null, item: item ?? '' };
  const [, tabbed, tab = '', search = ''] = TABBED.exec(hash) ?? [];
  if (tabbed) return { page: tabbed === 'admin' ? 'admin' : 'account', tab, search };
  if (hash === WEBHOOKS_HASH) return { page: 'webhooks' };
  if (hash === PROJECTS_HASH) return { page: 'projects' };
  const query = new URLSearchParams(NEW.exec(hash)?.[1]);
  return { page: 'new', template: query.get('template'), projectId: query.get('project') };
}

export function openChat(chatId: string | null): void {
  window.location.hash = chatHash(chatId);
}

export function chatHash(chatId: string | null): string {
  return chatId ? `#/chats/${chatId}` : '#/';
}

/** A new chat from a template. @param projectId where it belongs; null: where new chats do */
export const newChatHash = (template: string | null, projectId: string | null): string =>
  `#/new?${new URLSearchParams({ ...(template && { template }), ...(projectId && { project: projectId }) }).toString()}`;

export const turnHash = (chatId: string, turnId: string): string => `${chatHash(chatId)}/turns/${turnId}`;

/** Once a link has led to its turn: the same link leads there again, and the page loaded anew is at the end. */
export function leaveTurn(chatId: string): void {
  window.history.replaceState(null, '', chatHash(chatId));
}

/** @param path as the workspace's list has it; empty: the workspace itself */
export const filesHash = (chatId: string, view: FilesView, path = ''): string =>
  `#/chats/${chatId}/${view}${path && `/${path.split('/').map(encodeURIComponent).join('/')}`}`;

export const projectHash = (id: string): string => `${PROJECTS_HASH}/${id}`;
/** @param projectId null: what is one's own, and everybody's @param item a template's id or a skill's name; empty: all of them */
export const setupHash = (kind: SetupKind, projectId: string | null = null, item = ''): string =>
  `#${projectId === null ? '' : `/projects/${projectId}`}/${kind}${item && `/${item}`}`;

/** @param search what the page shows of it: filters, a time */
export const adminHash = (tab: string, search: Readonly<Record<string, string>> = {}): string =>
  tabHash(ADMIN_HASH, tab, search);
export const accountHash = (tab: string, search: Readonly<Record<string, string>> = {}): string =>
  tabHash(ACCOUNT_HASH, tab, search);

function tabHash(page: string, tab: string, search: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== '')).toString();
  return `${page}${tab && `/${tab}`}${query && `?${query}`}`;
}

/** Whatever somebody has typed. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
