import { useId } from 'react';
import type { Chat } from '../../api/types';
import type { ChatList } from '../../session/use-chat-list';
import { ChatRow } from './ChatRow';
import { t } from '../../languages/text';

/** Rows under a heading of their own. */
export function RowGroup({ title, chats }: { title: string; chats: readonly Chat[] }) {
  const id = useId();
  if (chats.length === 0) return null;
  return (
    <section aria-labelledby={id} className="pb-2">
      <h2 id={id} className="px-2 pt-1 pb-1 text-xs font-medium text-muted-foreground">
        {title}
      </h2>
      <Rows chats={chats} />
    </section>
  );
}

export function Rows({ chats }: { chats: readonly Chat[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {chats.map((chat) => (
        <ChatRow key={chat.id} chat={chat} />
      ))}
    </ul>
  );
}

/** What stands below the rows of a list: that there are none, or the way to more. */
export function ListEnd({ list, nothing }: { list: ChatList; nothing: string | null }) {
  return (
    <>
      {list.error && (
        <p role="alert" className="mx-1 mb-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {list.error}
        </p>
      )}
      {list.chats.length === 0 && nothing && !list.error && (
        <p className="px-2 py-1 text-sm text-muted-foreground">{list.isLoading ? t('Loading…') : nothing}</p>
      )}
      {list.hasMore && (
        <button type="button" className="button mt-1 w-full" onClick={() => void list.loadMore()}>
          {t('Load more')}
        </button>
      )}
    </>
  );
}
