import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { describeError } from '../../api/problem';
import { type PageQuery, projectsApi } from '../../api/projects-api';
import type { CreatedShare, Share } from '../../api/types';
import { usePaged } from '../../session/use-paged';
import { Fault, FIELD, moment, Rows, ShownOnce } from '../shell/Page';
import { t } from '../../languages/text';

const DAY_SECONDS = 86_400;

/** Links by which anybody reads this chat: made, shown once, withdrawn. */
export default function ShareDialog({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [created, setCreated] = useState<CreatedShare | null>(null);
  const [error, setError] = useState<string | null>(null);
  const list = usePaged<Share>(useCallback((query: PageQuery) => projectsApi.shares(chatId, query), [chatId]));
  useEffect(() => dialog.current?.showModal(), []);
  const create = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { expiresInSeconds: Number(form.get('days')) * DAY_SECONDS, workspace: form.has('workspace') };
    setError(null);
    projectsApi.share(chatId, body).then(
      (share) => {
        setCreated(share);
        list.reload();
      },
      (cause: unknown) => setError(describeError(cause)),
    );
  };
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="share-title"
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] overflow-y-auto rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <h2 id="share-title" tabIndex={-1} className="font-semibold outline-none">
        {t('Share this chat')}
      </h2>
      <p className="mt-1 text-sm text-muted-foreground">
        {t('Whoever has the link reads this chat without signing in, also what is said in it later.')}
      </p>
      <form onSubmit={create} className="mt-4 grid gap-3">
        <label className="text-sm font-medium">
          {t('The link ends')}
          <select name="days" defaultValue="7" className={FIELD}>
            <option value="1">{t('in a day')}</option>
            <option value="7">{t('in a week')}</option>
            <option value="30">{t('in 30 days')}</option>
            <option value="365">{t('in a year')}</option>
          </select>
        </label>
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" name="workspace" /> {t('Show commands, their output, and changes of files, too')}
        </label>
        <button className="button button-primary justify-self-start">{t('Make a link')}</button>
      </form>
      <div className="mt-4 grid grid-cols-1 gap-3">
        <Fault text={error} />
        {created && <ShownOnce label={t('Copy it now, it is not shown again:')} value={addressOf(created)} />}
        <Rows list={list} keyOf={({ id }) => id} nothing={t('There is no link to this chat.')}>
          {(share) => (
            <div className="flex flex-wrap items-center gap-3">
              <span className="min-w-0 flex-1">
                {share.active ? t('Works') : t('Ended')}
                {share.expiresAt && ` · ${t('until {{time}}', { time: moment(share.expiresAt) })}`}
                {share.workspace && ` · ${t('with the workspace')}`}
              </span>
              {share.active && (
                <button
                  type="button"
                  className="button"
                  onClick={() => list.change(projectsApi.revokeShare(chatId, share.id))}
                >
                  {t('Withdraw')}
                </button>
              )}
            </div>
          )}
        </Rows>
      </div>
      <form method="dialog" className="mt-5 flex justify-end">
        <button className="button">{t('Close')}</button>
      </form>
    </dialog>
  );
}

/** Where the page itself lies, which may be below a path of a proxy's. */
const addressOf = ({ path }: CreatedShare): string => new URL(path.replace(/^\//, ''), document.baseURI).href;
