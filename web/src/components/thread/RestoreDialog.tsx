import { t, words } from '../../languages/text';
import { useEffect, useRef, useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import { describeError } from '../../api/problem';
import type { Restored } from '../../api/types';
import { Fault } from '../shell/Page';
import { Spinner } from '../shell/Spinner';

const SHOWN_FILES = 100;
const WORDS = { added: words('comes back'), changed: words('changes back'), deleted: words('goes') };

interface RestoreDialogProps {
  chatId: string;
  turnId: string;
  onClose: () => void;
}

/** Shows what bringing the files back would change, and does it. */
export default function RestoreDialog({ chatId, turnId, onClose }: RestoreDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [plan, setPlan] = useState<Restored | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isAtWork, setAtWork] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    branchesApi
      .restore(chatId, { turnId, preview: true })
      .then(setPlan, (cause: unknown) => setError(describeError(cause)));
  }, [chatId, turnId]);
  const restore = () => {
    setAtWork(true);
    setError(null);
    branchesApi.restore(chatId, { turnId }).then(onClose, (cause: unknown) => {
      setAtWork(false);
      setError(describeError(cause));
    });
  };
  const isSame = plan !== null && plan.files.length === 0;
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="restore-title"
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] overflow-y-auto rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <h2 id="restore-title" className="font-semibold">
        {t('Undo files to here')}
      </h2>
      <p className="mt-1 text-sm text-muted-foreground">
        {t(
          'The files become what they were after this turn. What is said in the chat stays, and what there is now is recorded first.',
        )}
      </p>
      <div className="mt-4 grid grid-cols-1 gap-2 text-sm">
        <Fault text={error} />
        {plan === null && error === null && <Spinner />}
        {isSame && <p>{t('Nothing has changed since.')}</p>}
        <ul className="grid gap-1">
          {plan?.files.slice(0, SHOWN_FILES).map(({ path, kind }) => (
            <li key={path} className="flex gap-2">
              <span className="min-w-0 flex-1 break-all">
                <bdi dir="ltr">{path}</bdi>
              </span>
              <span className="text-muted-foreground">{t(WORDS[kind])}</span>
            </li>
          ))}
        </ul>
        {plan && plan.files.length > SHOWN_FILES && (
          <p>{t('… and {{count}} more', { count: plan.added + plan.changed + plan.deleted - SHOWN_FILES })}</p>
        )}
      </div>
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="button" onClick={onClose}>
          {t('Cancel')}
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={plan === null || isSame || isAtWork}
          onClick={restore}
        >
          {t('Undo files')}
        </button>
      </div>
    </dialog>
  );
}
