import { useRef, useState } from 'react';
import { relayApi } from '../../api/relay-api';
import { describeError } from '../../api/problem';
import type { Chat, ChatChanges } from '../../api/types';
import { ACCOUNT_HASH, chatHash, openChat } from '../../browser/hash-route';
import type { ChatList } from '../../session/use-chat-list';
import { useSearch } from '../../session/use-search';
import { Icon } from '../shell/Icon';
import { ChatRows } from './ChatRows';
import { SearchField } from './SearchField';
import { SearchResults } from './SearchResults';

interface SidebarProps {
  list: ChatList;
  showsArchived: boolean;
  onToggleArchived: () => void;
  openChatId: string | null;
}

export function Sidebar({ list, showsArchived, onToggleArchived, openChatId }: SidebarProps) {
  const { error, change, remove } = useChatEdits(list, openChatId);
  const [typed, setTyped] = useState('');
  const matches = useRef<HTMLUListElement>(null);
  const search = useSearch(typed);
  return (
    <nav aria-label="Chats" className="flex h-full min-h-0 flex-col bg-sidebar pt-[env(safe-area-inset-top)]">
      <div className="flex min-h-14 items-center gap-2.5 px-4">
        <img src="./favicon.svg" alt="" width={24} height={24} />
        <span className="font-semibold tracking-tight">codex-relay</span>
      </div>
      <div className="px-3 pb-3">
        <a href={chatHash(null)} className="button w-full" aria-current={openChatId ? undefined : 'page'}>
          <Icon name="plus" /> New chat
        </a>
      </div>
      <SearchField value={typed} onChange={setTyped} onLeave={() => matches.current?.querySelector('a')?.focus()} />
      {(error ?? list.error) && (
        <p role="alert" className="mx-3 mb-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {error ?? list.error}
        </p>
      )}
      {typed.trim() === '' ? (
        <ChatRows
          list={list}
          showsArchived={showsArchived}
          openChatId={openChatId}
          onChange={change}
          onDelete={remove}
        />
      ) : (
        <SearchResults search={search} listRef={matches} openChatId={openChatId} />
      )}
      <footer className="flex gap-1 border-t px-2 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-sm text-muted-foreground">
        <button
          type="button"
          onClick={onToggleArchived}
          className="flex min-h-9 flex-1 items-center gap-1.5 rounded-lg px-1.5 hover:bg-muted"
        >
          <Icon name={showsArchived ? 'restore' : 'archive'} />
          {showsArchived ? 'Back to chats' : 'Archived'}
        </button>
        <a href={ACCOUNT_HASH} className="flex min-h-9 items-center gap-1.5 rounded-lg px-1.5 hover:bg-muted">
          <Icon name="shield" /> Account
        </a>
        <a
          href="/docs"
          target="_blank"
          rel="noopener"
          className="flex min-h-9 items-center gap-1.5 rounded-lg px-1.5 hover:bg-muted"
        >
          <Icon name="book" /> API
        </a>
      </footer>
    </nav>
  );
}

function useChatEdits(list: ChatList, openChatId: string | null) {
  const [error, setError] = useState<string | null>(null);
  const run = async (edit: Promise<unknown>) => {
    setError(null);
    try {
      await edit;
    } catch (problem) {
      setError(describeError(problem));
    }
    await list.refresh();
  };
  const change = (chat: Chat, changes: ChatChanges) => void run(relayApi.updateChat(chat.id, changes));
  const remove = (chat: Chat) => {
    if (chat.id === openChatId) openChat(null);
    void run(relayApi.deleteChat(chat.id));
  };
  return { error, change, remove };
}
