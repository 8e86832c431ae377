import type { Chat } from '../api/types';

/** What a person should look at: chats that wait for them, and those that have ended since they last looked. */
export interface Attention {
  waiting: ReadonlyMap<string, string>;
  /** Chats at work: their end is news. */
  busy: ReadonlySet<string>;
  ended: ReadonlyMap<string, string>;
}

export type NewsKind = 'waiting' | 'ended';

export interface News {
  kind: NewsKind;
  chat: Chat;
}

/** More than anybody looks through; the oldest are forgotten. */
const MOST = 100;

export const noAttention: Attention = { waiting: new Map(), busy: new Set(), ended: new Map() };

export const countOf = ({ waiting, ended }: Attention): number =>
  waiting.size + [...ended.keys()].filter((id) => !waiting.has(id)).length;

/** @param seen the chat that the person has before them; null: none */
export function afterChange(
  before: Attention,
  chats: readonly Chat[],
  seen: string | null,
): { attention: Attention; news: News[] } {
  const [waiting, busy, ended] = [new Map(before.waiting), new Set(before.busy), new Map(before.ended)];
  const news: News[] = [];
  for (const chat of chats) {
    const { id, title, status } = chat;
    const wasWaiting = waiting.delete(id);
    const wasBusy = busy.delete(id);
    // In what somebody may only read, nothing is theirs to do.
    if (chat.archived || chat.role === 'viewer') {
      ended.delete(id);
      continue;
    }
    if (status === 'idle') {
      if (wasBusy && id !== seen) ended.set(id, title);
      else if (ended.has(id)) ended.set(id, title);
      if (wasBusy) news.push({ kind: 'ended', chat });
      continue;
    }
    ended.delete(id);
    busy.add(id);
    if (status !== 'waiting_for_approval') continue;
    waiting.set(id, title);
    if (!wasWaiting) news.push({ kind: 'waiting', chat });
  }
  return { attention: { waiting, busy, ended: newest(ended) }, news };
}

export function afterLook(before: Attention, seen: string | null): Attention {
  if (seen === null || !before.ended.has(seen)) return before;
  const ended = new Map(before.ended);
  ended.delete(seen);
  return { ...before, ended };
}

export function afterDeletion(before: Attention, id: string): Attention {
  const [waiting, busy, ended] = [new Map(before.waiting), new Set(before.busy), new Map(before.ended)];
  if (![waiting.delete(id), busy.delete(id), ended.delete(id)].includes(true)) return before;
  return { waiting, busy, ended };
}

/** What is kept over reloads: who waits is told by the server. */
export const storedForm = ({ busy, ended }: Attention): object => ({ busy: [...busy], ended: [...ended] });

/** Storage may hold what another version of this page wrote. */
export function fromStored(stored: unknown): Attention {
  if (typeof stored !== 'object' || stored === null) return noAttention;
  const { busy, ended } = stored as { busy?: unknown; ended?: unknown };
  const isText = (value: unknown): value is string => typeof value === 'string';
  const isEntry = (value: unknown): value is [string, string] => Array.isArray(value) && value.every(isText);
  return {
    waiting: new Map(),
    busy: new Set(Array.isArray(busy) ? busy.filter(isText) : []),
    ended: newest(new Map(Array.isArray(ended) ? ended.filter(isEntry) : [])),
  };
}

const newest = (ended: ReadonlyMap<string, string>): ReadonlyMap<string, string> => new Map([...ended].slice(-MOST));
