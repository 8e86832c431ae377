import { formatBytes } from '../../format/quantities';
import { Icon } from '../shell/Icon';
import type { WrittenFile } from './use-files';
import { t } from '../../languages/text';

interface FilePreviewsProps {
  files: readonly WrittenFile[];
  onRemove: (id: string) => void;
}

/** The files that will be sent along: how far they are, or why they are not taken. */
export function FilePreviews({ files, onRemove }: FilePreviewsProps) {
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('Files to send')} className="flex flex-col gap-1 px-1.5 pt-1.5 text-sm">
      {files.map((file) => (
        <li
          key={file.id}
          className={`flex min-w-0 items-center gap-2 rounded-lg border px-2 py-1 ${file.error ? 'border-danger/50' : ''}`}
        >
          <Icon name="file" className="text-muted-foreground" />
          <div className="min-w-0 flex-1">
            <p className="flex gap-2">
              <span className="truncate" title={file.name}>
                {file.name}
              </span>
              <span className="shrink-0 text-muted-foreground">{formatBytes(file.size)}</span>
            </p>
            {file.progress !== null && (
              <progress
                className="h-1 w-full accent-[var(--color-ring)]"
                aria-label={t('Uploading {{name}}', { name: file.name })}
                value={file.progress}
                max={1}
              />
            )}
            {file.error && (
              <p role="alert" className="break-words text-danger">
                {file.error}
              </p>
            )}
          </div>
          <button
            type="button"
            className="icon-button shrink-0"
            aria-label={t('Remove {{name}}', { name: file.name })}
            title={t('Remove')}
            onClick={() => onRemove(file.id)}
          >
            <Icon name="close" size={12} />
          </button>
        </li>
      ))}
    </ul>
  );
}
