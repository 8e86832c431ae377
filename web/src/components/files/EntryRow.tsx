import { useState } from 'react';
import type { WorkspaceEntry } from '../../api/types';
import { fileAddress } from '../../api/workspace-api';
import { filesHash } from '../../browser/hash-route';
import { formatBytes } from '../../format/quantities';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Icon } from '../shell/Icon';
import { moment } from '../shell/Page';
import { NameDialog } from './NameDialog';
import { t } from '../../languages/text';

interface EntryRowProps {
  chatId: string;
  entry: WorkspaceEntry;
  mayWrite: boolean;
  onRename: (name: string) => void;
  onRemove: () => void;
}

/** A file, a folder or a link in its folder. */
export function EntryRow({ chatId, entry, mayWrite, onRename, onRemove }: EntryRowProps) {
  const [asks, setAsks] = useState<'rename' | 'remove' | null>(null);
  const { name, kind } = entry;
  return (
    <div className="flex items-center gap-2">
      <Icon name={kind === 'folder' ? 'folder' : 'file'} className="text-muted-foreground" />
      <EntryName chatId={chatId} entry={entry} />
      <span className="ms-auto hidden text-xs whitespace-nowrap text-muted-foreground sm:inline">
        {kind === 'file' && `${formatBytes(entry.size)} · `}
        {moment(entry.modifiedAt)}
      </span>
      {kind === 'file' && (
        <a
          className="icon-button max-sm:ms-auto"
          href={fileAddress(chatId, entry.path, true)}
          download
          aria-label={t('Download {{name}}', { name })}
          title={t('Download')}
        >
          <Icon name="download" />
        </a>
      )}
      {mayWrite && (
        <>
          <button
            type="button"
            className={`icon-button ${kind === 'file' ? '' : 'max-sm:ms-auto'}`}
            aria-label={t('Rename {{name}}', { name })}
            title={t('Rename')}
            onClick={() => setAsks('rename')}
          >
            <Icon name="pencil" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t('Delete {{name}}', { name })}
            title={t('Delete')}
            onClick={() => setAsks('remove')}
          >
            <Icon name="trash" />
          </button>
        </>
      )}
      {asks === 'rename' && (
        <NameDialog
          title={t('Rename {{name}}', { name })}
          label={t('New name')}
          confirmLabel={t('Rename')}
          value={name}
          onName={onRename}
          onClose={() => setAsks(null)}
        />
      )}
      {asks === 'remove' && (
        <ConfirmDialog
          title={t('Delete {{name}}?', { name })}
          text={
            kind === 'folder'
              ? t('All that is in the folder goes with it.')
              : t('An earlier state of the files may have it.')
          }
          confirmLabel={t('Delete')}
          onConfirm={onRemove}
          onClose={() => setAsks(null)}
        />
      )}
    </div>
  );
}

function EntryName({ chatId, entry }: { chatId: string; entry: WorkspaceEntry }) {
  const { name, kind, path, target, ignored } = entry;
  const look = `min-w-0 break-all ${ignored ? 'text-muted-foreground' : ''}`;
  if (kind === 'folder' || kind === 'file') {
    return (
      <a
        href={filesHash(chatId, kind === 'folder' ? 'files' : 'file', path)}
        className={`${look} underline-offset-2 hover:underline`}
      >
        <bdi>{name}</bdi>
      </a>
    );
  }
  return (
    <span className={look}>
      <bdi>{name}</bdi>
      {target !== null && (
        <span className="text-muted-foreground">
          {' → '}
          <bdi>{target}</bdi>
        </span>
      )}
    </span>
  );
}
