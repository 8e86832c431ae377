import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { projectsApi } from '../../api/projects-api';
import { relayApi } from '../../api/relay-api';
import type { Chat, ChatChanges, Project } from '../../api/types';
import {
  ACCOUNT_HASH,
  ADMIN_HASH,
  chatHash,
  openChat,
  PROJECTS_HASH,
  type Route,
  setupHash,
} from '../../browser/hash-route';
import { useAccount, useIsReader } from '../../session/account';
import type { Attention } from '../../session/attention';
import type { ListFeed } from '../../session/list-feed';
import type { ListView } from '../../session/list-view';
import { useSearch } from '../../session/use-search';
import { NotifyChoice } from '../push/NotifyChoice';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Icon, type IconName } from '../shell/Icon';
import { DayList } from './DayList';
import { FolderList } from './FolderList';
import { LanguagePicker } from './LanguagePicker';
import { ListFilter } from './ListFilter';
import { RowActionsContext } from './row-actions';
import { SearchField } from './SearchField';
import { SearchResults } from './SearchResults';
import { useRovingFocus } from './use-roving-focus';
import { t, type Words, words } from '../../languages/text';

interface SidebarProps {
  feed: ListFeed;
  route: Route;
  view: ListView;
  onView: (changes: Partial<ListView>) => void;
  attention: Attention;
  /** The chat of the page, as the list has it. */
  openChat: Chat | null;
  onHelp: () => void;
}

export function Sidebar({ feed, route, view, onView, attention, openChat: shown, onHelp }: SidebarProps) {
  const openChatId = route.page === 'chat' || route.page === 'files' ? route.id : null;
  const { error, change, pin, remove } = useChatEdits(feed, openChatId);
  const [doomed, setDoomed] = useState<Chat | null>(null);
  const [typed, setTyped] = useState('');
  const matches = useRef<HTMLUListElement>(null);
  const search = useSearch(typed);
  const projects = useOwnProjects(route.page);
  const isReader = useIsReader();
  const actions = useMemo(
    () => ({ openChatId, attention, change, pin, remove: setDoomed }),
    [openChatId, attention, change, pin],
  );
  const isFoldered = view.isInFolders && projects.length > 1 && view.status === null && !view.archived;
  return (
    <nav aria-label={t('Chats')} className="flex h-full min-h-0 flex-col bg-sidebar pt-[env(safe-area-inset-top)]">
      <div className="flex min-h-14 items-center gap-2.5 pe-3 ps-4">
        <img src="./favicon.svg" alt="" width={24} height={24} />
        <span className="font-semibold tracking-tight">{t('codex-relay')}</span>
        <NotifyChoice />
      </div>
      {!isReader && (
        <div className="px-3 pb-3">
          <a href={chatHash(null)} className="button w-full" aria-current={route.page === 'new' ? 'page' : undefined}>
            <Icon name="plus" /> {t('New chat')}
          </a>
        </div>
      )}
      <SearchField value={typed} onChange={setTyped} onLeave={() => matches.current?.querySelector('a')?.focus()} />
      {error && (
        <p role="alert" className="mx-3 mb-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {error}
        </p>
      )}
      {typed.trim() === '' ? (
        <>
          <ListFilter view={view} onView={onView} waiting={attention.waiting.size} projects={projects} />
          <RowActionsContext value={actions}>
            <ListBody>
              {isFoldered ? (
                <FolderList
                  feed={feed}
                  projects={projects}
                  openChat={shown}
                  onProject={(projectId) => onView({ projectId })}
                />
              ) : (
                <DayList feed={feed} view={view} openChat={shown} />
              )}
            </ListBody>
          </RowActionsContext>
        </>
      ) : (
        <SearchResults search={search} listRef={matches} openChatId={openChatId} />
      )}
      <Footer view={view} onView={onView} onHelp={onHelp} />
      {doomed && (
        <ConfirmDialog
          title={t('Delete this chat?')}
          text={t('“{{title}}”, its messages and the files of its workspace will be gone for good.', {
            title: doomed.title || t('New chat'),
          })}
          confirmLabel={t('Delete')}
          onConfirm={() => remove(doomed)}
          onClose={() => setDoomed(null)}
        />
      )}
    </nav>
  );
}

function ListBody({ children }: { children: ReactNode }) {
  const body = useRef<HTMLDivElement>(null);
  const { onFocus, onKeyDown } = useRovingFocus(body);
  return (
    <div
      ref={body}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2"
      onFocus={onFocus}
      onKeyDown={onKeyDown}
    >
      {children}
    </div>
  );
}

/** Read again when one comes back from the pages of projects. */
function useOwnProjects(page: string): readonly Project[] {
  const [projects, setProjects] = useState<readonly Project[]>([]);
  useEffect(() => {
    let isLeft = false;
    projectsApi.list({ limit: 200 }).then(
      ({ data }) => isLeft || setProjects(data),
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [page]);
  return projects;
}

const FOOT = 'flex min-h-9 items-center gap-1.5 rounded-lg px-1.5 hover:bg-muted';

function Footer({ view, onView, onHelp }: Pick<SidebarProps, 'view' | 'onView' | 'onHelp'>) {
  const showsArchived = view.archived;
  const isAdmin = useAccount()?.permissions.includes('admin') ?? false;
  const links: { icon: IconName; word: Words; href: string }[] = [
    { icon: 'folder', word: words('Projects'), href: PROJECTS_HASH },
    { icon: 'settings', word: words('Agent setup'), href: setupHash('templates') },
    { icon: 'shield', word: words('Account'), href: ACCOUNT_HASH },
    ...(isAdmin ? [{ icon: 'wrench', word: words('Admin'), href: ADMIN_HASH } as const] : []),
  ];
  return (
    <footer className="grid grid-cols-2 gap-x-1 border-t px-2 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))] text-sm text-muted-foreground">
      <button type="button" onClick={() => onView({ archived: !showsArchived, status: null })} className={FOOT}>
        <Icon name={showsArchived ? 'restore' : 'archive'} />
        {showsArchived ? t('Back to chats') : t('Archived')}
      </button>
      {links.map(({ icon, word, href }) => (
        <a key={word} href={href} className={FOOT}>
          <Icon name={icon} /> {t(word)}
        </a>
      ))}
      <button type="button" onClick={onHelp} className={FOOT}>
        <Icon name="keyboard" /> {t('Shortcuts')}
      </button>
      <a href="docs" target="_blank" rel="noopener" className={FOOT}>
        <Icon name="book" /> {t('API')}
      </a>
      <LanguagePicker className={FOOT} />
    </footer>
  );
}

function useChatEdits(feed: ListFeed, openChatId: string | null) {
  const [error, setError] = useState<string | null>(null);
  return useMemo(() => {
    const run = (edit: Promise<unknown>): void => {
      setError(null);
      edit.catch((problem: unknown) => setError(describeError(problem)));
    };
    return {
      error,
      change: (chat: Chat, changes: ChatChanges) =>
        run(relayApi.updateChat(chat.id, changes).then((changed) => feed.tell([changed]))),
      pin: (chat: Chat, pinned: boolean) =>
        run(relayApi.pinChat(chat.id, pinned).then(() => feed.tell([{ ...chat, pinned }]))),
      remove: (chat: Chat) => {
        if (chat.id === openChatId) openChat(null);
        run(relayApi.deleteChat(chat.id).then(() => feed.tellDeleted(chat.id)));
      },
    };
  }, [feed, openChatId, error]);
}
