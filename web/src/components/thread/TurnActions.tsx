import { lazy, Suspense, useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import type { TurnView } from '../../log/chat-view';
import { Icon, type IconName } from '../shell/Icon';
import { useBranchActions } from './branch-actions';

const RestoreDialog = lazy(() => import('./RestoreDialog'));

/** What can be done about a turn that is over: run it again, go on from it, bring its files back. */
export function TurnActions({ turn }: { turn: TurnView }) {
  const actions = useBranchActions();
  const [isRestoring, setRestoring] = useState(false);
  if (actions === null) return null;
  const { chatId } = actions;
  return (
    <>
      <Action
        label="Run again in a branch"
        icon="retry"
        onClick={() => actions.open(branchesApi.retry(chatId, turn.id))}
      />
      <Action label="Branch from here" icon="branch" onClick={() => actions.open(branchesApi.fork(chatId, turn.id))} />
      <Action label="Undo files to here" icon="undo" onClick={() => setRestoring(true)} />
      {isRestoring && (
        <Suspense>
          <RestoreDialog chatId={chatId} turnId={turn.id} onClose={() => setRestoring(false)} />
        </Suspense>
      )}
    </>
  );
}

function Action({ label, icon, onClick }: { label: string; icon: IconName; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={14} />
    </button>
  );
}
