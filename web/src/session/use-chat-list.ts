import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { Chat, Page } from '../api/types';
import { type ListQuery, withChanged, withoutChat } from './chat-pages';
import type { ListFeed } from './list-feed';

const PAGE_SIZE = 30;
const MAX_LIMIT = 500;

export interface ChatList {
  chats: readonly Chat[];
  hasMore: boolean;
  isLoading: boolean;
  error: string | null;
  /** Reads what is shown again, in one call. */
  refresh: () => Promise<void>;
  loadMore: () => Promise<void>;
}

const noChats: Page<Chat> = { data: [], nextCursor: null };

/** The user's chats that fit a query, the last used first, page by page, as they are now. */
export function useChatList(feed: ListFeed, query: ListQuery): ChatList {
  const { archived, projectId, status, pinned } = query;
  const wanted = useMemo(() => ({ archived, projectId, status, pinned }), [archived, projectId, status, pinned]);
  const [page, setPage] = useState(noChats);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef({ shown: 0, call: 0 });
  latest.current.shown = page.data.length;

  const read = useCallback(
    async (load: () => Promise<Page<Chat>>) => {
      const call = ++latest.current.call;
      // What changes while the answer is on its way may not be in it.
      const meanwhile: Chat[] = [];
      const end = feed.subscribe({ onChanged: (chats) => meanwhile.push(...chats), onDeleted: noop, onStale: noop });
      try {
        const loaded = await load();
        // An older answer must not overwrite a newer one.
        if (call !== latest.current.call) return;
        setPage(meanwhile.length > 0 ? withChanged(loaded, newestOf(meanwhile), wanted) : loaded);
        setError(null);
      } catch (problem) {
        if (call === latest.current.call) setError(describeError(problem));
      } finally {
        end();
        if (call === latest.current.call) setLoading(false);
      }
    },
    [feed, wanted],
  );

  const refresh = useCallback(() => {
    const limit = Math.min(Math.max(latest.current.shown, PAGE_SIZE), MAX_LIMIT);
    return read(() => relayApi.listChats({ ...wanted, limit }));
  }, [wanted, read]);

  const loadMore = () =>
    read(async () => {
      const next = await relayApi.listChats({ ...wanted, limit: PAGE_SIZE, cursor: page.nextCursor });
      const known = new Set(page.data.map(({ id }) => id));
      return { data: [...page.data, ...next.data.filter(({ id }) => !known.has(id))], nextCursor: next.nextCursor };
    });

  useEffect(() => {
    setPage(noChats);
    setLoading(true);
    const end = feed.subscribe({
      onChanged: (chats) => setPage((before) => withChanged(before, chats, wanted)),
      onDeleted: (chatId) => setPage((before) => withoutChat(before, chatId)),
      onStale: () => void refresh(),
    });
    void refresh();
    return end;
  }, [feed, refresh, wanted]);
  return { chats: page.data, hasMore: page.nextCursor !== null, isLoading, error, refresh, loadMore };
}

const noop = (): void => undefined;

/** Of each chat what was told last. */
const newestOf = (chats: readonly Chat[]): Chat[] => [...new Map(chats.map((chat) => [chat.id, chat])).values()];
