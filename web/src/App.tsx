import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Backend } from './api/types';
import { openChat, type Route, useRoute } from './browser/hash-route';
import { lazyPart } from './browser/lazy-part';
import { countInTab, nameTab } from './browser/page-badge';
import { useQuiet } from './browser/quiet';
import { useIsVisible } from './browser/visibility';
import { ChatPage } from './components/chat/ChatPage';
import { NewChatPage } from './components/chat/NewChatPage';
import { AppLayout } from './components/shell/AppLayout';
import { DialogPart, PageBoundary } from './components/shell/PartBoundary';
import { SignInPrompt } from './components/shell/SignInPrompt';
import { type ShortcutName, useShortcuts } from './components/shell/use-shortcuts';
import { Sidebar } from './components/sidebar/Sidebar';
import type { RelaySocket } from './log/relay-socket';
import { AccountContext, useOwnAccount } from './session/account';
import { type Attention, countOf } from './session/attention';
import { ListFeed } from './session/list-feed';
import { useListView } from './session/list-view';
import { useAttention } from './session/use-attention';
import { useBackends } from './session/use-backends';
import { useOpenChat } from './session/use-open-chat';
import { t } from './languages/text';

// Whoever chats need not wait for them.
const HelpDialog = lazyPart(() => import('./components/shell/HelpDialog'));
const AccountPage = lazyPart(() => import('./components/account/AccountPage'));
const AdminPage = lazyPart(() => import('./components/admin/AdminPage'));
const FilesPage = lazyPart(() => import('./components/files/FilesPage'));
const ProjectPage = lazyPart(() => import('./components/projects/ProjectPage'));
const ProjectsPage = lazyPart(() => import('./components/projects/ProjectsPage'));
const SetupPage = lazyPart(() => import('./components/setup/SetupPage'));
const WebhooksPage = lazyPart(() => import('./components/webhooks/WebhooksPage'));

const NO_BACKENDS: readonly Backend[] = [];

/** As the styles have it (`md`). */
const WIDE = window.matchMedia('(min-width: 48rem)');

export function App({ socket }: { socket: RelaySocket }) {
  const route = useRoute();
  const chatId = route.page === 'chat' ? route.id : null;
  const account = useOwnAccount();
  const offered = useBackends();
  const backends = offered ?? NO_BACKENDS;
  const [view, setView] = useListView();
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [showsHelp, setShowsHelp] = useState(false);
  const feed = useListFeed(socket);
  // Its files belong to it.
  const shown = useOpenChat(feed, route.page === 'files' ? route.id : chatId);
  const seen = useIsVisible() ? chatId : null;
  const attention = useAttention(feed, seen);

  // Where there is room the list is beside the page.
  const openDrawer = useCallback(() => setDrawerOpen(!WIDE.matches), []);
  const closeDrawer = useCallback(() => setDrawerOpen(false), []);
  const openHelp = useCallback(() => setShowsHelp(true), []);
  const closeHelp = useCallback(() => setShowsHelp(false), []);
  useEffect(closeDrawer, [chatId, route.page, closeDrawer]);
  useEffect(() => {
    WIDE.addEventListener('change', closeDrawer);
    return () => WIDE.removeEventListener('change', closeDrawer);
  }, [closeDrawer]);
  const listTitle = shown?.title;
  useEffect(() => countInTab(countOf(attention)), [attention]);
  useEffect(() => {
    if (chatId === null) return;
    nameTab(listTitle ?? null);
    return () => nameTab(null);
  }, [chatId, listTitle]);
  useShortcuts(
    useMemo(() => runsOf({ openHelp, openDrawer, attention, chatId }), [openHelp, openDrawer, attention, chatId]),
  );

  const sidebar = (
    <Sidebar
      feed={feed}
      route={route}
      view={view}
      onView={setView}
      attention={attention}
      openChat={shown}
      onHelp={openHelp}
    />
  );
  return (
    <AccountContext value={account}>
      <AppLayout sidebar={sidebar} isDrawerOpen={isDrawerOpen} onCloseDrawer={closeDrawer}>
        <PageBoundary address={route} onOpenDrawer={openDrawer}>
          {chatId ? (
            <ChatPage
              key={chatId}
              chatId={chatId}
              socket={socket}
              backends={backends}
              listTitle={listTitle}
              soughtTurnId={route.page === 'chat' ? route.turnId : null}
              onOpenDrawer={openDrawer}
              onChanged={feed.refreshUnlessLive}
            />
          ) : route.page === 'new' ? (
            <NewChatPage
              key={`${route.template} ${route.projectId}`}
              backends={backends}
              isKnown={account !== null && offered !== null}
              projectId={route.projectId ?? view.projectId}
              from={route.template}
              onOpenDrawer={openDrawer}
            />
          ) : (
            <SettingsPage route={route} backends={backends} onOpenDrawer={openDrawer} />
          )}
        </PageBoundary>
        <SignInPrompt socket={socket} />
      </AppLayout>
      <WaitingStatus count={[...attention.waiting.keys()].filter((id) => id !== seen).length} />
      {showsHelp && (
        <DialogPart title={t('Keyboard shortcuts')} onClose={closeHelp}>
          <HelpDialog onClose={closeHelp} />
        </DialogPart>
      )}
    </AccountContext>
  );
}

function useListFeed(socket: RelaySocket): ListFeed {
  const [feed] = useState(() => new ListFeed(socket));
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return feed;
}

interface Surroundings {
  openHelp: () => void;
  openDrawer: () => void;
  attention: Attention;
  chatId: string | null;
}

function runsOf({ openHelp, openDrawer, attention, chatId }: Surroundings): Record<ShortcutName, () => void> {
  return {
    help: openHelp,
    write: () => document.querySelector<HTMLElement>('main textarea')?.focus(),
    search: () => {
      const focus = () => document.querySelector<HTMLElement>('[role="search"] input')?.focus();
      openDrawer();
      // A drawer has to be in sight first; beside the page what is typed at once belongs to the search already.
      if (WIDE.matches) focus();
      else requestAnimationFrame(focus);
    },
    newChat: () => openChat(null),
    next: () => goTo(1),
    previous: () => goTo(-1),
    attention: () => {
      const ids = [...attention.waiting.keys(), ...attention.ended.keys()].filter((id) => id !== chatId);
      if (ids[0] !== undefined) openChat(ids[0]);
    },
  };
}

/** From the open chat so many rows down the list. */
function goTo(step: number): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>('a[data-row]')];
  const at = rows.findIndex((row) => row.hasAttribute('aria-current'));
  rows[at < 0 && step < 0 ? rows.length - 1 : at + step]?.click();
}

/** For screen readers: the list itself may be far away, or closed. */
function WaitingStatus({ count }: { count: number }) {
  const [isQuiet] = useQuiet();
  const words = t('{{count}} other chats wait for your decision', { count });
  return (
    <p role="status" className="sr-only">
      {count > 0 && !isQuiet && words}
    </p>
  );
}

interface SettingsPageProps {
  route: Route;
  backends: readonly Backend[];
  onOpenDrawer: () => void;
}

/** Every page that is no chat. */
function SettingsPage({ route, backends, onOpenDrawer }: SettingsPageProps) {
  switch (route.page) {
    case 'admin':
      return <AdminPage tab={route.tab} search={route.search} onOpenDrawer={onOpenDrawer} />;
    case 'projects':
      return <ProjectsPage onOpenDrawer={onOpenDrawer} />;
    case 'files':
      return (
        <FilesPage key={route.id} chatId={route.id} view={route.view} path={route.path} onOpenDrawer={onOpenDrawer} />
      );
    case 'setup':
      return (
        <SetupPage
          kind={route.kind}
          projectId={route.projectId}
          item={route.item}
          backends={backends}
          onOpenDrawer={onOpenDrawer}
        />
      );
    case 'webhooks':
      return <WebhooksPage onOpenDrawer={onOpenDrawer} />;
    case 'project':
      return <ProjectPage key={route.id} id={route.id} onOpenDrawer={onOpenDrawer} />;
    case 'account':
      return <AccountPage tab={route.tab} search={route.search} onOpenDrawer={onOpenDrawer} />;
    default:
      return null;
  }
}
