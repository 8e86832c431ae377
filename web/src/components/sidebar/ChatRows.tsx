import { useState } from 'react';
import type { Chat, ChatChanges } from '../../api/types';
import type { ChatList } from '../../session/use-chat-list';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { ChatRow } from './ChatRow';

interface ChatRowsProps {
  list: ChatList;
  showsArchived: boolean;
  openChatId: string | null;
  onChange: (chat: Chat, changes: ChatChanges) => void;
  onDelete: (chat: Chat) => void;
}

export function ChatRows({ list, showsArchived, openChatId, onChange, onDelete }: ChatRowsProps) {
  const [doomed, setDoomed] = useState<Chat | null>(null);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2">
      {showsArchived && <h2 className="px-2 pb-1 text-xs font-medium text-muted-foreground">Archived</h2>}
      <ul className="flex flex-col gap-0.5">
        {list.chats.map((chat) => (
          <ChatRow
            key={chat.id}
            chat={chat}
            isOpen={chat.id === openChatId}
            onChange={(changes) => onChange(chat, changes)}
            onDelete={() => setDoomed(chat)}
          />
        ))}
      </ul>
      {list.chats.length === 0 && !list.error && (
        <p className="px-2 py-1 text-sm text-muted-foreground">{list.isLoading ? 'Loading…' : 'No chats here yet.'}</p>
      )}
      {list.hasMore && (
        <button type="button" className="button mt-2 w-full" onClick={() => void list.loadMore()}>
          Load more
        </button>
      )}
      {doomed && (
        <ConfirmDialog
          title="Delete this chat?"
          text={`“${doomed.title || 'New chat'}”, its messages and the files of its workspace will be gone for good.`}
          confirmLabel="Delete"
          onConfirm={() => onDelete(doomed)}
          onClose={() => setDoomed(null)}
        />
      )}
    </div>
  );
}
