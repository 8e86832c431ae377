import { t } from '../../languages/text';
import { useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import { turnHash } from '../../browser/hash-route';
import { lazyPart } from '../../browser/lazy-part';
import type { TurnView } from '../../log/chat-view';
import { CopyButton } from '../code/CopyButton';
import { Icon, type IconName } from '../shell/Icon';
import { DialogPart } from '../shell/PartBoundary';
import { type BranchActions, useBranchActions } from './branch-actions';

const RestoreDialog = lazyPart(() => import('./RestoreDialog'));

/** What can be done about a turn that is over: run it again, also with another model, go on from it, bring its files back. */
export function TurnActions({ turn }: { turn: TurnView }) {
  const actions = useBranchActions();
  const [isRestoring, setRestoring] = useState(false);
  if (actions === null) return null;
  const { chatId } = actions;
  const retry = () => actions.open(branchesApi.retry(chatId, turn.id));
  return (
    <>
      {turn.status === 'failed' ? (
        <button type="button" className="button" title={t('In a branch, with what was asked')} onClick={retry}>
          <Icon name="retry" size={14} /> {t('Run again')}
        </button>
      ) : (
        <Action label={t('Run again in a branch')} icon="retry" onClick={retry} />
      )}
      <OtherModel turn={turn} actions={actions} />
      <Action
        label={t('Branch from here')}
        icon="branch"
        onClick={() => actions.open(branchesApi.fork(chatId, turn.id))}
      />
      <CopyButton
        icon="link"
        label={t('Copy a link to here')}
        text={() => new URL(turnHash(chatId, turn.id), window.location.href).href}
      />
      <Action label={t('Undo files to here')} icon="undo" onClick={() => setRestoring(true)} />
      {isRestoring && (
        <DialogPart title={t('Undo files to here')} onClose={() => setRestoring(false)}>
          <RestoreDialog chatId={chatId} turnId={turn.id} onClose={() => setRestoring(false)} />
        </DialogPart>
      )}
    </>
  );
}

/** The other models that could answer. The system's own list works best on phones and with screen readers. */
function OtherModel({ turn, actions }: { turn: TurnView; actions: BranchActions }) {
  const offered = actions.backends.filter(({ ready }) => ready);
  const count = offered.reduce((sum, { models }) => sum + Math.max(models.length, 1), 0);
  if (count < 2) return null;
  const choose = (value: string) => {
    const [backend, model] = JSON.parse(value) as [string, string];
    actions.open(branchesApi.retry(actions.chatId, turn.id, { backend, model }));
  };
  return (
    <span className="relative icon-button">
      <Icon name="swap" size={14} />
      <select
        aria-label={t('Run again with another model')}
        title={t('Run again with another model')}
        className="absolute inset-0 cursor-pointer opacity-0 [&_*]:bg-background [&_*]:text-foreground"
        value=""
        onChange={({ target }) => choose(target.value)}
      >
        <option value="" disabled hidden />
        {offered.map(({ id, displayName, models }) => (
          <optgroup key={id} label={displayName}>
            {models.map((model) => (
              <option key={model.name} value={JSON.stringify([id, model.name])}>
                {model.displayName}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </span>
  );
}

function Action({ label, icon, onClick }: { label: string; icon: IconName; onClick: () => void }) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={14} />
    </button>
  );
}
