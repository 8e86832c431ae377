import { type Chat } from '../../api/types';
import { groupsByDay } from '../../session/chat-pages';
import type { ListFeed } from '../../session/list-feed';
import type { ListView } from '../../session/list-view';
import { useChatList } from '../../session/use-chat-list';
import { ListEnd, RowGroup } from './ChatRows';
import { t, words } from '../../languages/text';

const NOTHING = {
  waiting_for_approval: words('Nothing waits for you.'),
  running: words('Nothing is running.'),
  idle: words('No chats here yet.'),
};

interface DayListProps {
  feed: ListFeed;
  view: ListView;
  /** Is in the list, whatever is asked for. */
  openChat: Chat | null;
}

/** The chats by the day on which they were used last, those that are pinned before them. */
export function DayList({ feed, view, openChat }: DayListProps) {
  const { archived, status, projectId } = view;
  const isPlain = !archived && status === null;
  const list = useChatList(feed, { archived, status, projectId, pinned: isPlain ? false : null });
  const pinned = useChatList(feed, { archived, status, projectId, pinned: true });
  const isShown = [...pinned.chats, ...list.chats].some(({ id }) => id === openChat?.id);
  return (
    <>
      {openChat && !isShown && !list.isLoading && <RowGroup title={t('Open')} chats={[openChat]} />}
      {isPlain && <RowGroup title={t('Pinned')} chats={pinned.chats} />}
      {isPlain ? (
        groupsByDay(list.chats, new Date()).map(({ title, chats }) => (
          <RowGroup key={title} title={title} chats={chats} />
        ))
      ) : (
        <RowGroup title={archived ? t('Archived') : t(TITLES[status ?? 'idle'])} chats={list.chats} />
      )}
      <ListEnd list={list} nothing={nothingOf(view, pinned.chats.length > 0)} />
    </>
  );
}

const TITLES = {
  waiting_for_approval: words('Waiting for a decision'),
  running: words('Running'),
  idle: words('Idle'),
};

function nothingOf({ archived, status }: ListView, hasPinned: boolean): string | null {
  if (archived) return t('Nothing is archived.');
  if (status !== null) return t(NOTHING[status]);
  return hasPinned ? null : t('No chats here yet.');
}
