import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { type Route, useRoute } from './browser/hash-route';
import { AccountPage } from './components/account/AccountPage';
import { LoadingChat } from './components/chat/ChatPlaceholder';
import { ChatPage } from './components/chat/ChatPage';
import { NewChatPage } from './components/chat/NewChatPage';
import { AppLayout } from './components/shell/AppLayout';
import { SignInPrompt } from './components/shell/SignInPrompt';
import { Sidebar } from './components/sidebar/Sidebar';
import type { RelaySocket } from './log/relay-socket';
import { AccountContext, useOwnAccount } from './session/account';
import { useBackends } from './session/use-backends';
import { useChatList } from './session/use-chat-list';

// Whoever chats need not wait for them.
const AdminPage = lazy(() => import('./components/admin/AdminPage'));
const ProjectPage = lazy(() => import('./components/projects/ProjectPage'));
const ProjectsPage = lazy(() => import('./components/projects/ProjectsPage'));

export function App({ socket }: { socket: RelaySocket }) {
  const route = useRoute();
  const chatId = route.page === 'chat' ? route.id : null;
  const account = useOwnAccount();
  const backends = useBackends();
  const [showsArchived, setShowsArchived] = useState(false);
  const [projectId, setProjectId] = useState<string | null>(null);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const list = useChatList(showsArchived, projectId);
  const { refresh } = list;

  const openDrawer = useCallback(() => setDrawerOpen(true), []);
  const closeDrawer = useCallback(() => setDrawerOpen(false), []);
  const refreshList = useCallback(() => void refresh(), [refresh]);
  const listTitle = list.chats.find((chat) => chat.id === chatId)?.title;
  useEffect(closeDrawer, [chatId, route.page, closeDrawer]);
  useEffect(() => {
    document.title = listTitle ? `${listTitle} · codex-relay` : 'codex-relay';
  }, [listTitle]);

  const sidebar = (
    <Sidebar
      list={list}
      route={route}
      showsArchived={showsArchived}
      onToggleArchived={() => setShowsArchived(!showsArchived)}
      projectId={projectId}
      onProject={setProjectId}
    />
  );
  return (
    <AccountContext value={account}>
      <AppLayout sidebar={sidebar} isDrawerOpen={isDrawerOpen} onCloseDrawer={closeDrawer}>
        {chatId ? (
          <ChatPage
            key={chatId}
            chatId={chatId}
            socket={socket}
            backends={backends}
            listTitle={listTitle}
            onOpenDrawer={openDrawer}
            onChanged={refreshList}
          />
        ) : route.page === 'new' ? (
          <NewChatPage backends={backends} projectId={projectId} onOpenDrawer={openDrawer} />
        ) : (
          <Suspense fallback={<LoadingChat />}>
            <SettingsPage route={route} onOpenDrawer={openDrawer} />
          </Suspense>
        )}
        <SignInPrompt socket={socket} />
      </AppLayout>
    </AccountContext>
  );
}

/** Every page that is no chat. */
function SettingsPage({ route, onOpenDrawer }: { route: Route; onOpenDrawer: () => void }) {
  switch (route.page) {
    case 'admin':
      return <AdminPage tab={route.tab} onOpenDrawer={onOpenDrawer} />;
    case 'projects':
      return <ProjectsPage onOpenDrawer={onOpenDrawer} />;
    case 'project':
      return <ProjectPage key={route.id} id={route.id} onOpenDrawer={onOpenDrawer} />;
    default:
      return <AccountPage onOpenDrawer={onOpenDrawer} />;
  }
}
