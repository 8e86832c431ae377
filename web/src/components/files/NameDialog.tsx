import { type FormEvent, useEffect, useRef } from 'react';
import { FIELD, textField } from '../shell/Page';
import { t } from '../../languages/text';

interface NameDialogProps {
  title: string;
  label: string;
  confirmLabel: string;
  value?: string;
  onName: (name: string) => void;
  onClose: () => void;
}

/** Asks for a name. */
export function NameDialog({ title, label, confirmLabel, value = '', onName, onClose }: NameDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onName(textField(new FormData(event.currentTarget), 'name'));
    dialog.current?.close();
  };
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="name-title"
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border bg-background p-5 text-foreground shadow-xl backdrop:bg-black/40"
    >
      <form onSubmit={submit}>
        <h2 id="name-title" className="font-semibold">
          {title}
        </h2>
        <label className="mt-3 block text-sm font-medium">
          {label}
          <input name="name" required maxLength={255} defaultValue={value} className={FIELD} dir="auto" />
        </label>
        <div className="mt-5 flex justify-end gap-2">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {t('Cancel')}
          </button>
          <button className="button button-primary">{confirmLabel}</button>
        </div>
      </form>
    </dialog>
  );
}
