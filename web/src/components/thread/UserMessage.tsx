import { MessagePrimitive, useAuiState } from '@assistant-ui/react';
import { formatBytes } from '../../format/quantities';
import type { ShownFile } from '../../log/chat-view';
import type { OutgoingMessage } from '../../log/outgoing-message';
import type { UserEntry } from '../../log/thread-entries';
import { useAccount } from '../../session/account';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';
import { useChatActions } from './chat-actions';
import { EditedMessage } from './EditedMessage';
import { MessageBoundary } from './MessageBoundary';
import { entryOf } from './thread-message';

export function UserMessage() {
  const entry = useAuiState((state) => entryOf(state.message));
  const me = useAccount();
  if (entry?.role !== 'user') return null;
  // One's own messages need no name.
  const author = me && entry.author && entry.author.id !== me.id ? entry.author.displayName : null;
  return (
    <MessagePrimitive.Root
      className="flex min-w-0 flex-col items-end gap-1.5"
      aria-label={author ? `Message of ${author}` : 'Your message'}
    >
      <MessageBoundary entry={entry}>
        {author && <p className="max-w-full truncate text-xs text-muted-foreground">{author}</p>}
        <div className="max-w-[88%] rounded-2xl rounded-br-md bg-muted px-4 py-2.5 break-words whitespace-pre-wrap sm:max-w-[80%]">
          {entry.text && <p>{entry.text}</p>}
          <Images urls={entry.images} />
          <Files files={entry.files} />
        </div>
        {entry.outgoing && <Delivery outgoing={entry.outgoing} />}
        {isEditable(entry, me?.id) && <EditedMessage messageId={entry.id} text={entry.text} />}
      </MessageBoundary>
    </MessagePrimitive.Root>
  );
}

/** One's own, without pictures, which would have to be sent along again. */
const isEditable = ({ outgoing, images, author }: UserEntry, myId: string | undefined): boolean =>
  outgoing === null && images.length === 0 && (!myId || !author || author.id === myId);

/** Of the message itself, or of this service: nothing is loaded from elsewhere. */
const isShown = (url: string): boolean => /^(?:data:image\/|api\/v1\/(?:shared\/[\w-]+\/)?blobs\/[\w-]+$)/.test(url);

/** Pictures sent along: shown where they are part of the message, otherwise only named. */
function Images({ urls }: { urls: readonly string[] }) {
  if (urls.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2 not-first:mt-2">
      {urls.map((url, index) =>
        isShown(url) ? (
          <img
            key={index}
            src={url}
            alt={`Picture ${index + 1}`}
            className={`max-w-full rounded-lg ${urls.length === 1 ? 'max-h-64' : 'h-28 object-cover'}`}
          />
        ) : (
          <span key={index} className="flex min-w-0 items-center gap-1.5 text-sm break-all text-muted-foreground">
            <Icon name="image" /> {url}
          </span>
        ),
      )}
    </div>
  );
}

/** Files sent along, each with where the agent finds it, to be saved. */
function Files({ files }: { files: readonly ShownFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul aria-label="Attached files" className="flex flex-col gap-1.5 not-first:mt-2">
      {files.map(({ name, size, url, path }, index) => (
        <li key={index} className="flex min-w-0 items-center gap-2 rounded-lg border bg-card px-2.5 py-1.5 text-sm">
          <Icon name="file" className="text-muted-foreground" />
          <span className="min-w-0 flex-1">
            <span className="block truncate" title={path ?? name}>
              {name}
            </span>
            <span className="text-xs text-muted-foreground">{formatBytes(size)}</span>
          </span>
          {url !== null && isShown(url) && (
            <a
              href={url}
              download={name}
              className="icon-button shrink-0"
              aria-label={`Download ${name}`}
              title="Download"
            >
              <Icon name="download" size={14} />
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function Delivery({ outgoing }: { outgoing: OutgoingMessage }) {
  const actions = useChatActions();
  const { state, clientMessageId } = outgoing;
  if (state !== 'failed') {
    return (
      <p className="flex items-center gap-1.5 text-xs text-muted-foreground">
        <Spinner size={10} /> {state === 'steering' ? 'Sending to the running turn…' : 'Sending…'}
      </p>
    );
  }
  return (
    <div role="alert" className="flex flex-wrap items-center justify-end gap-2 text-sm text-danger">
      <span>Not sent. {outgoing.error}</span>
      <button type="button" className="button" onClick={() => actions.retry(clientMessageId)}>
        <Icon name="retry" size={14} /> Retry
      </button>
      <button type="button" className="button" onClick={() => actions.discard(clientMessageId)}>
        Discard
      </button>
    </div>
  );
}
