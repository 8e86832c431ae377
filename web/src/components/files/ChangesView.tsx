import { useCallback, useEffect, useState } from 'react';
import { describeError } from '../../api/problem';
import type { ChatRepository } from '../../api/types';
import { gitApi } from '../../api/workspace-api';
import { Fault } from '../shell/Page';
import { GitPanel } from './GitPanel';
import { SnapshotList } from './SnapshotList';

interface ChangesViewProps {
  chatId: string;
  mayWrite: boolean;
}

/** What was changed in a workspace: against its repository, where it has one, and turn by turn. */
export function ChangesView({ chatId, mayWrite }: ChangesViewProps) {
  const [repository, setRepository] = useState<ChatRepository | null>(null);
  const [error, setError] = useState<string | null>(null);
  const look = useCallback(() => {
    gitApi.about(chatId).then(setRepository, (cause: unknown) => setError(describeError(cause)));
  }, [chatId]);
  useEffect(look, [look]);
  return (
    <>
      <Fault text={error} />
      {repository?.url && (
        <GitPanel
          key={String(repository.hasWorkingCopy)}
          chatId={chatId}
          repository={repository}
          mayWrite={mayWrite}
          onCheckedOut={look}
        />
      )}
      <SnapshotList chatId={chatId} mayWrite={mayWrite} />
    </>
  );
}
