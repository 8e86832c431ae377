import { useCallback, useEffect, useRef, useState } from 'react';
import { describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { Chat, Page } from '../api/types';

const PAGE_SIZE = 30;
const MAX_LIMIT = 500;
/** The log of a chat tells only who has it open, so the list asks: sooner while one of its chats is at work. */
const BUSY_POLL_MS = 5_000;
const IDLE_POLL_MS = 20_000;

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

/** The user's chats, the last used first, page by page. @param projectId of one project only; null: of all */
export function useChatList(archived: boolean, projectId: string | null): ChatList {
  const [page, setPage] = useState(noChats);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef({ shown: 0, call: 0 });
  latest.current.shown = page.data.length;

  const read = useCallback(async (load: () => Promise<Page<Chat>>) => {
    const call = ++latest.current.call;
    try {
      const loaded = await load();
      // An older answer must not overwrite a newer one.
      if (call !== latest.current.call) return;
      setPage(loaded);
      setError(null);
    } catch (problem) {
      if (call === latest.current.call) setError(describeError(problem));
    } finally {
      if (call === latest.current.call) setLoading(false);
    }
  }, []);

  const refresh = useCallback(() => {
    const limit = Math.min(Math.max(latest.current.shown, PAGE_SIZE), MAX_LIMIT);
    return read(() => relayApi.listChats({ archived, projectId, limit }));
  }, [archived, projectId, read]);

  const loadMore = () =>
    read(async () => {
      const next = await relayApi.listChats({ archived, projectId, limit: PAGE_SIZE, cursor: page.nextCursor });
      // One that was used meanwhile is read again at the next refresh, at its new place.
      return { data: [...page.data, ...next.data], nextCursor: next.nextCursor };
    });

  useFreshList(refresh, setPage, setLoading);
  const isBusy = page.data.some((chat) => chat.status !== 'idle');
  usePolling(refresh, isBusy ? BUSY_POLL_MS : IDLE_POLL_MS);
  return { chats: page.data, hasMore: page.nextCursor !== null, isLoading, error, refresh, loadMore };
}

/** Reads the list at first, and when the user comes back to the window. */
function useFreshList(
  refresh: () => Promise<void>,
  setPage: (page: Page<Chat>) => void,
  setLoading: (isLoading: boolean) => void,
): void {
  useEffect(() => {
    setPage(noChats);
    setLoading(true);
    const onReturn = () => {
      if (!document.hidden) void refresh();
    };
    void refresh();
    window.addEventListener('focus', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      window.removeEventListener('focus', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, [refresh, setPage, setLoading]);
}

/** Sees what other tabs and devices do; a hidden page does not ask. */
function usePolling(refresh: () => Promise<void>, everyMs: number): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) void refresh();
    }, everyMs);
    return () => clearInterval(timer);
  }, [refresh, everyMs]);
}
