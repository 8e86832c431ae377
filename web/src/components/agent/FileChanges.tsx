import { useMemo } from 'react';
import type { FileChangeAction } from '../../api/types';
import { parseFileChange } from '../../format/unified-diff';
import { ActionStatus } from './ActionStatus';
import { FileDiffView } from './FileDiffView';
import type { Whole } from './use-whole';
import { WholeButton } from './WholeButton';

interface FileChangesProps {
  action: FileChangeAction;
  isWaiting?: boolean;
  whole: Whole | null;
}

/** The files one step of the agent changed. */
export function FileChanges({ action, isWaiting, whole }: FileChangesProps) {
  const { changes, reason } = action.data;
  const stats = whole?.diffStats;
  const files = useMemo(
    () => changes.map((change, index) => ({ ...parseFileChange(change), ...stats?.[index] })),
    [changes, stats],
  );
  const badge = action.status === 'completed' ? null : <ActionStatus status={action.status} isWaiting={isWaiting} />;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {files.map((file) => (
        <FileDiffView key={file.path} file={file} badge={badge} isOpenAtFirst />
      ))}
      {whole && (
        <div className="overflow-hidden rounded-xl border bg-card">
          <WholeButton size={whole.size} fetch={whole.fetch} />
        </div>
      )}
      {reason && (
        <p dir="auto" className="px-3 text-xs break-words text-danger">
          {reason}
        </p>
      )}
    </div>
  );
}
