import { useEffect, useRef, useState } from 'react';
import { relayApi } from '../api/relay-api';
import type { Chat } from '../api/types';
import { notify } from '../browser/notifications';
import { ownKey } from '../browser/own-storage';
import { readJson, writeJson } from '../browser/storage';
import { type Attention, afterChange, afterDeletion, afterLook, fromStored, storedForm } from './attention';
import type { ListFeed } from './list-feed';

const keyOf = (): string => ownKey('attention');
const MOST_AT_WORK = 100;
/** Chats that were at work when the page was closed, and are not any more: how many are looked up. */
const MOST_LOOKED_UP = 20;

/** @param seen the chat that the person has before them; null: none */
export function useAttention(feed: ListFeed, seen: string | null): Attention {
  const [attention, setAttention] = useState(() => fromStored(readJson(keyOf())));
  const latest = useRef({ attention, seen });
  latest.current.seen = seen;

  useEffect(() => {
    const set = (next: Attention): void => {
      if (next === latest.current.attention) return;
      latest.current.attention = next;
      writeJson(keyOf(), storedForm(next));
      setAttention(next);
    };
    const apply = (chats: readonly Chat[]): void => {
      const change = afterChange(latest.current.attention, chats, latest.current.seen);
      set(change.attention);
      for (const news of change.news) if (news.chat.id !== latest.current.seen) notify(news);
    };
    const read = async (): Promise<void> => {
      const [waiting, running] = await Promise.all([atWork('waiting_for_approval'), atWork('running')]);
      const there = new Set([...waiting, ...running].map(({ id }) => id));
      apply([...waiting, ...running]);
      const { busy } = latest.current.attention;
      const over = [...busy].filter((id) => !there.has(id)).slice(0, MOST_LOOKED_UP);
      for (const id of over) {
        const chat = await relayApi.getChat(id).catch(() => null);
        if (chat) apply([chat]);
        else set(afterDeletion(latest.current.attention, id));
      }
    };
    // Another tab of the same person may have looked at what has ended.
    const onStorage = (event: StorageEvent): void => {
      if (event.key !== keyOf()) return;
      const { ended } = fromStored(readJson(keyOf()));
      const next = afterLook({ ...latest.current.attention, ended }, latest.current.seen);
      latest.current.attention = next;
      setAttention(next);
      if (next.ended.size < ended.size) writeJson(keyOf(), storedForm(next));
    };
    const refresh = (): void => void read().catch(() => undefined);
    window.addEventListener('storage', onStorage);
    const end = feed.subscribe({
      onChanged: apply,
      onDeleted: (id) => set(afterDeletion(latest.current.attention, id)),
      onStale: refresh,
    });
    return () => {
      window.removeEventListener('storage', onStorage);
      end();
    };
  }, [feed]);

  useEffect(() => {
    const next = afterLook(latest.current.attention, seen);
    if (next === latest.current.attention) return;
    latest.current.attention = next;
    writeJson(keyOf(), storedForm(next));
    setAttention(next);
  }, [seen, attention]);
  return attention;
}

async function atWork(status: Chat['status']): Promise<Chat[]> {
  const query = { archived: false, projectId: null, pinned: null, status, limit: MOST_AT_WORK };
  return (await relayApi.listChats(query)).data;
}
