import { useCallback, useEffect, useState } from 'react';
import { useIsAccountOpen, useOpenChatId } from './browser/hash-route';
import { AccountPage } from './components/account/AccountPage';
import { ChatPage } from './components/chat/ChatPage';
import { NewChatPage } from './components/chat/NewChatPage';
import { AppLayout } from './components/shell/AppLayout';
import { SignInPrompt } from './components/shell/SignInPrompt';
import { Sidebar } from './components/sidebar/Sidebar';
import type { RelaySocket } from './log/relay-socket';
import { useBackends } from './session/use-backends';
import { useChatList } from './session/use-chat-list';

export function App({ socket }: { socket: RelaySocket }) {
  const chatId = useOpenChatId();
  const isAccountOpen = useIsAccountOpen();
  const backends = useBackends();
  const [showsArchived, setShowsArchived] = useState(false);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const list = useChatList(showsArchived);
  const { refresh } = list;

  const openDrawer = useCallback(() => setDrawerOpen(true), []);
  const closeDrawer = useCallback(() => setDrawerOpen(false), []);
  const refreshList = useCallback(() => void refresh(), [refresh]);
  const listTitle = list.chats.find((chat) => chat.id === chatId)?.title;
  useEffect(closeDrawer, [chatId, isAccountOpen, closeDrawer]);
  useEffect(() => {
    document.title = listTitle ? `${listTitle} · codex-relay` : 'codex-relay';
  }, [listTitle]);

  const sidebar = (
    <Sidebar
      list={list}
      openChatId={chatId}
      showsArchived={showsArchived}
      onToggleArchived={() => setShowsArchived(!showsArchived)}
    />
  );
  return (
    <AppLayout sidebar={sidebar} isDrawerOpen={isDrawerOpen} onCloseDrawer={closeDrawer}>
      {isAccountOpen ? (
        <AccountPage onOpenDrawer={openDrawer} />
      ) : chatId ? (
        <ChatPage
          key={chatId}
          chatId={chatId}
          socket={socket}
          backends={backends}
          listTitle={listTitle}
          onOpenDrawer={openDrawer}
          onChanged={refreshList}
        />
      ) : (
        <NewChatPage backends={backends} onOpenDrawer={openDrawer} />
      )}
      <SignInPrompt socket={socket} />
    </AppLayout>
  );
}
