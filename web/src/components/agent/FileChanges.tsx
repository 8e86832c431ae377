import { useMemo } from 'react';
import type { FileChange, FileChangeAction } from '../../api/types';
import { parseFileChange } from '../../format/unified-diff';
import { ActionStatus } from './ActionStatus';
import { FileDiffView } from './FileDiffView';

/** The files one step of the agent changed. */
export function FileChanges({ action, isWaiting }: { action: FileChangeAction; isWaiting?: boolean }) {
  return <ChangeList changes={action.data.changes} status={action.status} isWaiting={isWaiting} />;
}

interface ChangeListProps {
  changes: readonly FileChange[];
  status?: FileChangeAction['status'];
  isWaiting?: boolean;
}

export function ChangeList({ changes, status, isWaiting }: ChangeListProps) {
  const files = useMemo(() => changes.map(parseFileChange), [changes]);
  const badge = status && status !== 'completed' ? <ActionStatus status={status} isWaiting={isWaiting} /> : null;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {files.map((file) => (
        <FileDiffView key={file.path} file={file} badge={badge} isOpenAtFirst />
      ))}
    </div>
  );
}
