import { useCallback, useEffect, useState } from 'react';
import { ApiProblem, describeError } from '../../api/problem';
import { readShownFile } from '../../api/shown-file-api';
import { fileAddress } from '../../api/workspace-api';
import { formatBytes } from '../../format/quantities';
import type { ShownFile } from '../../format/shown-file';
import { t } from '../../languages/text';
import { CodeView } from '../code/CodeView';
import { Fault } from '../shell/Page';
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
  const { content, error, read } = useFile(chatId, path);
  const [isEditing, setEditing] = useState(false);
  // A part of it is not all that would be saved.
  const isWhole = content?.kind === 'text' && !content.isCut;
  const done = () => {
    setEditing(false);
    read();
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
      <Fault text={error} />
      {content === null && error === null && <Spinner />}
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

function useFile(chatId: string, path: string) {
  const [content, setContent] = useState<ShownFile | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = useCallback(() => {
    setError(null);
    readShownFile(chatId, path).then(setContent, (cause: unknown) => setError(wordsOf(cause)));
  }, [chatId, path]);
  useEffect(read, [read]);
  return { content, error, read };
}

const wordsOf = (cause: unknown): string =>
  cause instanceof ApiProblem && cause.status === 404 ? t('There is no such file any more.') : describeError(cause);
