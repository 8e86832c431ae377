import { useRef, useState } from 'react';
import { relayApi } from '../../api/relay-api';
import { describeError } from '../../api/problem';
import type { Chat, ChatChanges } from '../../api/types';
import { ACCOUNT_HASH, ADMIN_HASH, chatHash, openChat, PROJECTS_HASH, type Route } from '../../browser/hash-route';
import { useAccount } from '../../session/account';
import type { ChatList } from '../../session/use-chat-list';
import { useSearch } from '../../session/use-search';
import { Icon, type IconName } from '../shell/Icon';
import { ChatRows } from './ChatRows';
import { ProjectFilter } from './ProjectFilter';
import { SearchField } from './SearchField';
import { SearchResults } from './SearchResults';

interface SidebarProps {
  list: ChatList;
  showsArchived: boolean;
  onToggleArchived: () => void;
  route: Route;
  projectId: string | null;
  onProject: (id: string | null) => void;
}

export function Sidebar({ list, showsArchived, onToggleArchived, route, projectId, onProject }: SidebarProps) {
  const openChatId = route.page === 'chat' ? route.id : null;
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
        <a href={chatHash(null)} className="button w-full" aria-current={route.page === 'new' ? 'page' : undefined}>
          <Icon name="plus" /> New chat
        </a>
      </div>
      {/* Read again when one comes back from the pages of projects. */}
      <ProjectFilter key={route.page} projectId={projectId} onProject={onProject} />
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
      <Footer showsArchived={showsArchived} onToggleArchived={onToggleArchived} />
    </nav>
  );
}

const FOOT = 'flex min-h-9 items-center gap-1.5 rounded-lg px-1.5 hover:bg-muted';

function Footer({ showsArchived, onToggleArchived }: Pick<SidebarProps, 'showsArchived' | 'onToggleArchived'>) {
  const isAdmin = useAccount()?.permissions.includes('admin') ?? false;
  const links: { icon: IconName; word: string; href: string }[] = [
    { icon: 'folder', word: 'Projects', href: PROJECTS_HASH },
    { icon: 'shield', word: 'Account', href: ACCOUNT_HASH },
    ...(isAdmin ? [{ icon: 'wrench', word: 'Admin', href: ADMIN_HASH } as const] : []),
  ];
  return (
    <footer className="grid grid-cols-2 gap-x-1 border-t px-2 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-sm text-muted-foreground">
      <button type="button" onClick={onToggleArchived} className={FOOT}>
        <Icon name={showsArchived ? 'restore' : 'archive'} />
        {showsArchived ? 'Back to chats' : 'Archived'}
      </button>
      {links.map(({ icon, word, href }) => (
        <a key={word} href={href} className={FOOT}>
          <Icon name={icon} /> {word}
        </a>
      ))}
      <a href="docs" target="_blank" rel="noopener" className={FOOT}>
        <Icon name="book" /> API
      </a>
    </footer>
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
