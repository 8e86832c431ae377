import { useCallback, useEffect, useState } from 'react';
import { useOpenChatId } from './browser/hash-route';
import { ChatPage } from './components/chat/ChatPage';
import { NewChatPage } from './components/chat/NewChatPage';
import { AppLayout } from './components/shell/AppLayout';
import { TokenPrompt } from './components/shell/TokenPrompt';
import { Sidebar } from './components/sidebar/Sidebar';
import type { RelaySocket } from './log/relay-socket';
import { useBackends } from './session/use-backends';
import { useChatList } from './session/use-chat-list';

export function App({ socket }: { socket: RelaySocket }) {
  const chatId = useOpenChatId();
  const backends = useBackends();
  const [showsArchived, setShowsArchived] = useState(false);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const list = useChatList(showsArchived);
  const { refresh } = list;

  const openDrawer = useCallback(() => setDrawerOpen(true), []);
  const closeDrawer = useCallback(() => setDrawerOpen(false), []);
  const refreshList = useCallback(() => void refresh(), [refresh]);
  const listTitle = list.chats.find((chat) => chat.id === chatId)?.title;
  useEffect(closeDrawer, [chatId, closeDrawer]);
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
      ) : (
        <NewChatPage backends={backends} onOpenDrawer={openDrawer} />
      )}
      <TokenPrompt />
    </AppLayout>
  );
}
