import { t } from '../../languages/text';
import { formatBytes } from '../../format/quantities';
import type { ShownFile } from '../../log/chat-view';
import type { OutgoingMessage } from '../../log/outgoing-message';
import type { UserEntry } from '../../log/thread-entries';
import { visibleString } from '../../format/visible';
import { useAccount } from '../../session/account';
import { Visible } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { Spinner } from '../shell/Spinner';
import { useChatActions } from './chat-actions';
import { EditedMessage } from './EditedMessage';
import { FoldedText } from './FoldedText';
import { MessageBoundary } from './MessageBoundary';
import { isOwnAddress } from './own-address';
import { Pictures } from './Pictures';

export function UserMessage({ entry }: { entry: UserEntry }) {
  const me = useAccount();
  // One's own messages need no name.
  const author = me && entry.author && entry.author.id !== me.id ? entry.author.displayName : null;
  return (
    <div
      role="group"
      aria-label={author ? t('Message of {{author}}', { author }) : t('Your message')}
      className="flex min-w-0 flex-col items-end gap-1.5"
    >
      <h2 className="sr-only">{author ?? t('You')}</h2>
      <MessageBoundary entry={entry}>
        {author && (
          <p aria-hidden className="max-w-full truncate text-xs text-muted-foreground">
            {author}
          </p>
        )}
        <div className="max-w-[88%] rounded-2xl rounded-ee-md bg-muted px-4 py-2.5 break-words whitespace-pre-wrap forced-colors:border sm:max-w-[80%]">
          {entry.text && <FoldedText text={entry.text} />}
          <Pictures images={entry.images} />
          <Files files={entry.files} />
        </div>
        {entry.outgoing && <Delivery outgoing={entry.outgoing} />}
        {isEditable(entry, me?.id) && <EditedMessage messageId={entry.id} text={entry.text} />}
      </MessageBoundary>
    </div>
  );
}

/** One's own, without pictures, which would have to be sent along again. */
const isEditable = ({ outgoing, images, author }: UserEntry, myId: string | undefined): boolean =>
  outgoing === null && images.length === 0 && (!myId || !author || author.id === myId);

/** Files sent along, each with where the agent finds it, to be saved. */
function Files({ files }: { files: readonly ShownFile[] }) {
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('Attached files')} className="flex flex-col gap-1.5 not-first:mt-2">
      {files.map(({ name, size, url, path }, index) => (
        <li key={index} className="flex min-w-0 items-center gap-2 rounded-lg border bg-card px-2.5 py-1.5 text-sm">
          <Icon name="file" className="text-muted-foreground" />
          <span className="min-w-0 flex-1">
            <span className="block truncate" title={visibleString(path ?? name)}>
              <bdi>
                <Visible text={name} />
              </bdi>
            </span>
            <span className="text-xs text-muted-foreground">{formatBytes(size)}</span>
          </span>
          {url !== null && isOwnAddress(url) && (
            <a
              href={url}
              download={name}
              className="icon-button shrink-0"
              aria-label={t('Download {{name}}', { name })}
              title={t('Download')}
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
        <Spinner size={10} /> {t(state === 'steering' ? 'Sending to the running turn…' : 'Sending…')}
      </p>
    );
  }
  return (
    <div role="alert" className="flex flex-wrap items-center justify-end gap-2 text-sm text-danger">
      <span>{t('Not sent. {{reason}}', { reason: outgoing.error ?? '' })}</span>
      <button type="button" className="button" onClick={() => actions.retry(clientMessageId)}>
        <Icon name="retry" size={14} /> {t('Retry')}
      </button>
      <button type="button" className="button" onClick={() => actions.discard(clientMessageId)}>
        {t('Discard')}
      </button>
    </div>
  );
}
