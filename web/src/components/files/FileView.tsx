import { useCallback, useState } from 'react';
import { readShownFile } from '../../api/shown-file-api';
import { fileAddress } from '../../api/workspace-api';
import { formatBytes } from '../../format/quantities';
import { t } from '../../languages/text';
import { loadFileDraft } from '../../session/file-draft';
import { useReading } from '../../session/use-reading';
import { CodeView } from '../code/CodeView';
import { Fault } from '../shell/Page';
import { ReadFault } from '../shell/ReadState';
import { Spinner } from '../shell/Spinner';
import { Breadcrumbs } from './Breadcrumbs';
import { TextEditor } from './TextEditor';

interface FileViewProps {
  chatId: string;
  path: string;
  mayWrite: boolean;
}

/** One file: small text, which can be changed, a picture, or what there is to know of anything else. */
export function FileView({ chatId, path, mayWrite }: FileViewProps) {
  const [edits, setEdits] = useState(0);
  // What was edited is another file: the one that was read before is not to be changed once more.
  const load = useCallback(() => readShownFile(chatId, path), [chatId, path, edits]);
  const { value: content, failure, reload } = useReading(load);
  // What was not saved is gone on with.
  const [wantsEditing, setEditing] = useState(() => loadFileDraft(chatId, path) !== null);
  // A part of it is not all that would be saved.
  const isWhole = content?.kind === 'text' && !content.isCut;
  const isEditing = wantsEditing && isWhole && mayWrite;
  const done = () => {
    setEditing(false);
    setEdits(edits + 1);
  };
  return (
    <section aria-label={t('File')} className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Breadcrumbs chatId={chatId} path={path} />
        {content && <span className="text-xs text-muted-foreground">{formatBytes(content.size)}</span>}
        {isWhole && mayWrite && !isEditing && (
          <button type="button" className="button" onClick={() => setEditing(true)}>
            {t('Edit')}
          </button>
        )}
        <a className="button" href={fileAddress(chatId, path, true)} download>
          {t('Download')}
        </a>
      </div>
      {failure?.isMissing ? (
        <Fault text={t('There is no such file any more.')} />
      ) : (
        <ReadFault failure={failure} onRetry={reload} />
      )}
      {content === null && failure === null && <Spinner />}
      {content?.kind === 'text' && isEditing && (
        <TextEditor chatId={chatId} path={path} content={content} onDone={done} />
      )}
      {content?.kind === 'text' && !isEditing && (
        <div role="group" aria-label={t('Text of the file')}>
          {content.isCut && (
            <p className="pb-2 text-sm text-warning">
              {t('This is the beginning of {{size}}; all of it can be downloaded.', {
                size: formatBytes(content.size),
              })}
            </p>
          )}
          <CodeView code={content.text} path={path} />
        </div>
      )}
      {content?.kind === 'picture' && (
        <img
          src={fileAddress(chatId, path)}
          alt={path.split('/').at(-1)}
          className="max-h-[80dvh] max-w-full justify-self-center rounded-lg border object-contain"
        />
      )}
      {content?.kind === 'other' && (
        <p className="text-sm text-muted-foreground">{t('This file is no text, and cannot be shown here.')}</p>
      )}
    </section>
  );
}
