import { useEffect, useState } from 'react';
import { relayApi } from '../api/relay-api';
import type { Chat } from '../api/types';
import type { ListFeed } from './list-feed';

/** A chat as a list would have it, whether or not one that is shown has it; null while that is not known. */
export function useOpenChat(feed: ListFeed, chatId: string | null): Chat | null {
  const [chat, setChat] = useState<Chat | null>(null);
  useEffect(() => {
    if (chatId === null) return;
    let isLeft = false;
    // Why it cannot be read is said by its own page.
    const read = (): void =>
      void relayApi.getChat(chatId).then(
        (found) => isLeft || setChat(found),
        () => undefined,
      );
    const end = feed.subscribe({
      onChanged: (chats) => {
        const own = chats.find(({ id }) => id === chatId);
        if (own) setChat(own);
      },
      onDeleted: (id) => id === chatId && setChat(null),
      onStale: read,
    });
    read();
    return () => {
      isLeft = true;
      end();
    };
  }, [feed, chatId]);
  return chat?.id === chatId ? chat : null;
}
