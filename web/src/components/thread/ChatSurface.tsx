import {
  type AppendMessage,
  AssistantRuntimeProvider,
  type ThreadMessageLike,
  useExternalStoreRuntime,
} from '@assistant-ui/react';
import { type ReactNode, useMemo } from 'react';
import type { QueueFate } from '../../api/types';
import type { Written } from '../../log/outgoing-message';
import type { ThreadEntry } from '../../log/thread-entries';
import { Composer } from '../composer/Composer';
import { ReadOnlyNote } from '../composer/ReadOnlyNote';
import { fileIn } from '../composer/file-attachment';
import type { Earlier } from './EarlierTurns';
import { Thread } from './Thread';

interface ChatSurfaceProps {
  /** The chat whose draft the composer keeps; null for a chat not made yet. */
  chatId: string | null;
  entries: readonly ThreadEntry[];
  isRunning: boolean;
  onSend: (written: Written) => void;
  /** Set while there is a turn that can be told more. */
  onSteer?: (written: Written) => void;
  onStop?: (queue: QueueFate) => void;
  /** How many messages wait. */
  waiting?: number;
  /** Shown in place of an empty thread. */
  empty: ReactNode;
  earlier?: Earlier;
  /** A turn that the reader is led to. */
  sought?: { readonly turnId: string } | null;
  /** Stands above the composer. */
  notice?: ReactNode;
  /** Settings shown in the composer. */
  controls?: ReactNode;
  acceptsImages: boolean;
  /** Nothing can be written here by who has the page open. */
  readsOnly?: boolean;
  /** What could not be sent, to be given back to the composer. */
  returned?: Written;
}

/** What assistant-ui is told of the conversation: nothing. It would go through all of it with each word that comes. */
const NO_MESSAGES: readonly ThreadMessageLike[] = [];
const asItIs = (message: ThreadMessageLike): ThreadMessageLike => message;

/** A thread and its composer, which is assistant-ui's. */
export function ChatSurface(props: ChatSurfaceProps) {
  const { chatId, entries, isRunning, onSend, onSteer, onStop } = props;
  const { empty, earlier, sought, notice, controls, acceptsImages, returned, waiting = 0, readsOnly = false } = props;
  const delivery = useMemo(() => deliverAtOnce(onSend, onSteer ?? onSend), [onSend, onSteer]);
  // assistant-ui tells all of its subscribers of each new store, so there is one only when something has changed.
  const store = useMemo(
    () => ({ messages: NO_MESSAGES, isRunning, convertMessage: asItIs, ...delivery }),
    [isRunning, delivery],
  );
  const runtime = useExternalStoreRuntime<ThreadMessageLike>(store);
  return (
    <AssistantRuntimeProvider runtime={runtime}>
      <Thread entries={entries} isRunning={isRunning} empty={empty} earlier={earlier} sought={sought}>
        {notice}
        {readsOnly ? (
          <ReadOnlyNote chatId={chatId} />
        ) : (
          <Composer
            chatId={chatId}
            onStop={isRunning ? onStop : undefined}
            waiting={waiting}
            canSteer={onSteer !== undefined}
            acceptsImages={acceptsImages}
            controls={controls}
            returned={returned}
          />
        )}
      </Thread>
    </AssistantRuntimeProvider>
  );
}

/**
 * The server queues messages that come while a turn runs, so this queue hands everything on at once and holds nothing.
 * Without one assistant-ui would not send during a run. It calls `steer` for all messages of a run; only those that
 * say so themselves are meant for the running turn.
 */
function deliverAtOnce(onSend: (written: Written) => void, onSteer: (written: Written) => void) {
  const send = (message: AppendMessage) => (message.steer ? onSteer : onSend)(writtenOf(message));
  const nothing = () => undefined;
  const queue = {
    items: [],
    steerItems: [],
    enqueue: send,
    steer: send,
    move: nothing,
    edit: nothing,
    remove: nothing,
  };
  return { queue, onNew: (message: AppendMessage) => Promise.resolve(send(message)) };
}

function writtenOf({ content, attachments = [] }: AppendMessage): Written {
  const parts = attachments.flatMap((attachment) => attachment.content);
  return {
    text: content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    images: parts.flatMap((part) => (part.type === 'image' ? [part.image] : [])),
    files: attachments.flatMap((attachment) => fileIn(attachment.content) ?? []),
  };
}
