import { useEffect, useRef } from 'react';
import { useQuiet } from '../../browser/quiet';
import { LOCAL_KEYS, SHORTCUTS } from './use-shortcuts';
import { t } from '../../languages/text';

/** All keys that do something, and what a screen reader is told. */
export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isQuiet, setQuiet] = useQuiet();
  useEffect(() => dialog.current?.showModal(), []);
  const rows = [...Object.values(SHORTCUTS).map(({ keys, does }) => [keys, does] as const), ...LOCAL_KEYS];
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="help-title"
      className="m-auto max-h-[min(44rem,calc(100dvh-2rem))] w-[min(34rem,calc(100vw-2rem))] overflow-y-auto rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <h2 id="help-title" className="font-semibold">
        {t('Keyboard shortcuts')}
      </h2>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm">
        {rows.map(([keys, does]) => (
          <div key={`${keys} ${does}`} className="contents">
            <dt>
              <kbd className="rounded border bg-muted px-1.5 py-0.5 font-mono text-xs whitespace-nowrap">{keys}</kbd>
            </dt>
            <dd className="text-muted-foreground">{t(does)}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex items-start gap-2 border-t pt-4 text-sm">
        <input
          type="checkbox"
          className="mt-1 accent-primary"
          checked={isQuiet}
          onChange={(event) => setQuiet(event.target.checked)}
        />
        <span>
          {t('Quiet')}
          <span className="block text-muted-foreground">
            {t('Screen readers are not told of what comes in; it is read by going there.')}
          </span>
        </span>
      </label>
      <form method="dialog" className="mt-4 flex justify-end">
        <button className="button">{t('Close')}</button>
      </form>
    </dialog>
  );
}
