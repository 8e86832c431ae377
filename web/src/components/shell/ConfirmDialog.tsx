import { useEffect, useRef } from 'react';
import { t } from '../../languages/text';

interface ConfirmDialogProps {
  title: string;
  text: string;
  confirmLabel: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. The browser's own dialog keeps the focus inside and closes on Escape. */
export function ConfirmDialog({ title, text, confirmLabel, onConfirm, onClose }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="confirm-title"
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <h2 id="confirm-title" className="font-semibold">
        {title}
      </h2>
      <p className="mt-2 text-sm break-words text-muted-foreground">{text}</p>
      <form method="dialog" className="mt-5 flex justify-end gap-2">
        <button className="button">{t('Cancel')}</button>
        <button className="button button-danger" onClick={onConfirm}>
          {confirmLabel}
        </button>
      </form>
    </dialog>
  );
}
