import { type AppendMessage, AssistantRuntimeProvider, useExternalStoreRuntime } from '@assistant-ui/react';
import { type ReactNode, useMemo } from 'react';
import type { ThreadEntry } from '../../log/thread-entries';
import { Composer } from '../composer/Composer';
import { Thread } from './Thread';
import { toThreadMessage } from './thread-message';

interface ChatSurfaceProps {
  /** The chat whose draft the composer keeps; null for a chat not made yet. */
  chatId: string | null;
  entries: readonly ThreadEntry[];
  isRunning: boolean;
  onSend: (text: string) => void;
  onStop?: () => void;
  /** Shown in place of an empty thread. */
  empty: ReactNode;
  /** Stands above the composer. */
  notice?: ReactNode;
  /** Settings shown in the composer. */
  controls?: ReactNode;
  /** A text that could not be sent, to be given back to the composer. */
  returnedText?: string;
}

/** A thread and its composer, on assistant-ui's runtime over our own store. */
export function ChatSurface(props: ChatSurfaceProps) {
  const { chatId, entries, isRunning, onSend, onStop, empty, notice, controls, returnedText } = props;
  const queue = useMemo(() => serverQueue(onSend), [onSend]);
  const runtime = useExternalStoreRuntime<ThreadEntry>({
    messages: entries,
    isRunning,
    convertMessage: toThreadMessage,
    onNew: (message) => Promise.resolve(onSend(textOfAppended(message))),
    queue,
  });
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <Thread empty={empty}>
        {notice}
        <Composer
          chatId={chatId}
          onStop={isRunning ? onStop : undefined}
          controls={controls}
          returnedText={returnedText}
        />
      </Thread>
    </AssistantRuntimeProvider>
  );
}

/**
 * The server queues messages that come while a turn runs, so this queue hands everything on at once and holds nothing.
 * Without one assistant-ui would not send during a run.
 */
function serverQueue(onSend: (text: string) => void) {
  const send = (message: AppendMessage) => onSend(textOfAppended(message));
  const nothing = () => undefined;
  return { items: [], steerItems: [], enqueue: send, steer: send, move: nothing, edit: nothing, remove: nothing };
}

function textOfAppended(message: AppendMessage): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
