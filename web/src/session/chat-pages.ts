import type { Chat, Page } from '../api/types';
import { formatMonth } from '../format/times';
import { t } from '../languages/text';

/** Which chats a list shows. */
export interface ListQuery {
  archived: boolean;
  /** Null: of all projects. */
  projectId: string | null;
  /** Null: in any state. */
  status: Chat['status'] | null;
  /** Null: pinned or not. */
  pinned: boolean | null;
}

const belongs = (chat: Chat, { archived, projectId, status, pinned }: ListQuery): boolean =>
  chat.archived === archived &&
  (projectId === null || chat.projectId === projectId) &&
  (status === null || chat.status === status) &&
  (pinned === null || chat.pinned === pinned);

/** As the server sorts them: the last used first. */
function byActivity(a: Chat, b: Chat): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** The pages read so far after these chats have changed. What stands behind the last that was read comes with the next page. */
export function withChanged(page: Page<Chat>, changed: readonly Chat[], query: ListQuery): Page<Chat> {
  const ids = new Set(changed.map(({ id }) => id));
  const kept = page.data.filter(({ id }) => !ids.has(id));
  const last = page.nextCursor === null ? undefined : page.data.at(-1);
  const fitting = changed.filter(
    (chat) => belongs(chat, query) && (last === undefined || byActivity(chat, last) <= 0 || chat.id === last.id),
  );
  return { data: [...kept, ...fitting].sort(byActivity), nextCursor: page.nextCursor };
}

export const withoutChat = (page: Page<Chat>, chatId: string): Page<Chat> => ({
  ...page,
  data: page.data.filter(({ id }) => id !== chatId),
});

export interface ChatGroup {
  title: string;
  chats: readonly Chat[];
}

/** Chats that are sorted by activity, by the day of the last: in the zone of the browser. */
export function groupsByDay(chats: readonly Chat[], now: Date): ChatGroup[] {
  const groups: { title: string; chats: Chat[] }[] = [];
  for (const chat of chats) {
    const title = dayTitle(new Date(chat.updatedAt), now);
    const last = groups.at(-1);
    if (last?.title === title) last.chats.push(chat);
    else groups.push({ title, chats: [chat] });
  }
  return groups;
}

function dayTitle(at: Date, now: Date): string {
  const daysAgo = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  if (at >= daysAgo(0)) return t('Today');
  if (at >= daysAgo(1)) return t('Yesterday');
  if (at >= daysAgo(7)) return t('Previous 7 days');
  const year = at.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return formatMonth(at, year);
}
