import { useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import { readShownFile } from '../../api/shown-file-api';
import { fileAddress } from '../../api/workspace-api';
import { formatBytes } from '../../format/quantities';
import type { ShownFile } from '../../format/shown-file';
import type { WorkspaceTarget } from '../../format/workspace-link';
import { CodeView } from '../code/CodeView';
import { CopyButton } from '../code/CopyButton';
import { Dialog } from '../code/Dialog';
import { VisibleCode } from '../code/Visible';
import { Icon } from '../shell/Icon';
import { Fault } from '../shell/Page';
import { Spinner } from '../shell/Spinner';
import { t } from '../../languages/text';

interface FileViewerProps {
  chatId: string;
  target: WorkspaceTarget;
  onClose: () => void;
}

/** A file of the workspace as it is now: text with the line that was meant in sight, or a picture. */
export default function FileViewer({ chatId, target: { path, line }, onClose }: FileViewerProps) {
  const [file, setFile] = useState<ShownFile | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    readShownFile(chatId, path).then(
      (read) => isCurrent && setFile(read),
      (cause: unknown) => isCurrent && setError(describeError(cause)),
    );
    return () => {
      isCurrent = false;
    };
  }, [chatId, path]);
  const url = fileAddress(chatId, path);
  const name = path.split('/').pop() ?? path;
  const actions = (
    <>
      <CopyButton text={path} label={t('Copy the name')} />
      {file && (
        <a
          href={fileAddress(chatId, path, true)}
          download={name}
          className="icon-button"
          aria-label={t('Download {{name}}', { name })}
          title={t('Download')}
        >
          <Icon name="download" size={14} />
        </a>
      )}
    </>
  );
  return (
    <Dialog
      title={<VisibleCode text={path} />}
      label={t('File {{name}}', { name: path })}
      onClose={onClose}
      actions={actions}
    >
      <Fault text={error} />
      {file === null && error === null && <Spinner />}
      {file?.kind === 'picture' && <img src={url} alt={name} className="mx-auto min-h-0 object-contain" />}
      {file?.kind === 'other' && (
        <p className="p-4 text-sm text-muted-foreground">
          {t('This is no text that can be shown ({{size}}). It can be downloaded.', { size: formatBytes(file.size) })}
        </p>
      )}
      {file?.kind === 'text' && (
        <>
          {file.isCut && (
            <p className="pb-2 text-sm text-warning">
              {t('These are the first {{shown}} of {{size}}; all of it can be downloaded.', {
                shown: formatBytes(file.text.length),
                size: formatBytes(file.size),
              })}
            </p>
          )}
          <CodeView code={file.text} path={path} line={line ?? undefined} isFull />
        </>
      )}
    </Dialog>
  );
}
