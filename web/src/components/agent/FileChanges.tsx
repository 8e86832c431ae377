import { useMemo } from 'react';
import type { FileChangeAction } from '../../api/types';
import { parseFileChange } from '../../format/unified-diff';
import { ActionStatus } from './ActionStatus';
import { FileDiffView } from './FileDiffView';

/** The files one step of the agent changed. */
export function FileChanges({ action, isWaiting }: { action: FileChangeAction; isWaiting?: boolean }) {
  const { changes, reason } = action.data;
  const files = useMemo(() => changes.map(parseFileChange), [changes]);
  const badge = action.status === 'completed' ? null : <ActionStatus status={action.status} isWaiting={isWaiting} />;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {files.map((file) => (
        <FileDiffView key={file.path} file={file} badge={badge} isOpenAtFirst />
      ))}
      {reason && <p className="px-3 text-xs break-words text-danger">{reason}</p>}
    </div>
  );
}
