import { useState } from 'react';
import type { Backend } from '../../api/types';
import { acceptsImages, chosenBackend } from '../../session/use-backends';
import { Notice } from '../agent/Notice';
import { ChatSurface } from '../thread/ChatSurface';
import { BackendPicker } from './BackendPicker';
import { ChatHeader } from './ChatHeader';
import { EmptyChat } from './EmptyChat';
import { useFirstMessage } from './use-first-message';

interface NewChatPageProps {
  backends: readonly Backend[];
  /** Where the chat belongs; null: to one's own project. */
  projectId: string | null;
  onOpenDrawer: () => void;
}

/** A chat is made with its first message, so that looking at this page leaves nothing behind. */
export function NewChatPage({ backends, projectId, onOpenDrawer }: NewChatPageProps) {
  const [picked, setPicked] = useState<string | null>(null);
  const backend = chosenBackend(backends, picked);
  const { start, failure } = useFirstMessage(backend?.id, projectId);
  return (
    <>
      <ChatHeader title="New chat" onOpenDrawer={onOpenDrawer} />
      <ChatSurface
        chatId={null}
        entries={[]}
        isRunning={false}
        onSend={start}
        controls={<BackendPicker backends={backends} value={backend?.id} onChange={setPicked} />}
        acceptsImages={acceptsImages(backend)}
        returned={failure?.written}
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
