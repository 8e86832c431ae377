import { useCallback } from 'react';
import { gitApi } from '../../api/workspace-api';
import { useReading } from '../../session/use-reading';
import { ReadFault } from '../shell/ReadState';
import { GitPanel } from './GitPanel';
import { SnapshotList } from './SnapshotList';

interface ChangesViewProps {
  chatId: string;
  mayWrite: boolean;
}

/** What was changed in a workspace: against its repository, where it has one, and turn by turn. */
export function ChangesView({ chatId, mayWrite }: ChangesViewProps) {
  const load = useCallback(() => gitApi.about(chatId), [chatId]);
  const { value: repository, failure, reload } = useReading(load);
  return (
    <>
      <ReadFault failure={failure} onRetry={reload} />
      {repository?.url && (
        <GitPanel
          key={String(repository.hasWorkingCopy)}
          chatId={chatId}
          repository={repository}
          mayWrite={mayWrite}
          onCheckedOut={reload}
        />
      )}
      <SnapshotList chatId={chatId} mayWrite={mayWrite} />
    </>
  );
}
