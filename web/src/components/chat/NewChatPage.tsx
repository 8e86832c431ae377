import { useState } from 'react';
import type { Backend } from '../../api/types';
import { Notice } from '../agent/Notice';
import { ChatSurface } from '../thread/ChatSurface';
import { BackendPicker } from './BackendPicker';
import { ChatHeader } from './ChatHeader';
import { EmptyChat } from './EmptyChat';
import { useFirstMessage } from './use-first-message';

interface NewChatPageProps {
  backends: readonly Backend[];
  onOpenDrawer: () => void;
}

/** A chat is made with its first message, so that looking at this page leaves nothing behind. */
export function NewChatPage({ backends, onOpenDrawer }: NewChatPageProps) {
  const [backend, setBackend] = useState<string | null>(null);
  const { start, failure } = useFirstMessage(backend);
  return (
    <>
      <ChatHeader title="New chat" onOpenDrawer={onOpenDrawer} />
      <ChatSurface
        chatId={null}
        entries={[]}
        isRunning={false}
        onSend={start}
        controls={<BackendPicker backends={backends} value={backend} onChange={setBackend} />}
        returnedText={failure?.text}
        empty={<EmptyChat onPick={start} />}
        notice={
          failure && (
            <div className="pb-2">
              <Notice level="error" title="The chat could not be started" text={failure.reason} />
            </div>
          )
        }
      />
    </>
  );
}
