import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

interface DialogProps {
  title: ReactNode;
  /** The title for a screen reader, where it is more than words. */
  label?: string;
  onClose: () => void;
  /** Beside the button that closes it. */
  actions?: ReactNode;
  children: ReactNode;
}

/** Something of the chat as large as the window. Escape, its button and a click beside it close it. */
export function Dialog({ title, label, onClose, actions, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-label={label ?? (typeof title === 'string' ? title : undefined)}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      className="m-auto max-h-[calc(100dvh-1rem)] w-[min(100rem,calc(100vw-1rem))] flex-col overflow-hidden rounded-2xl border bg-background p-3 text-foreground shadow-xl backdrop:bg-black/50 open:flex"
    >
      <div className="flex min-w-0 items-center gap-1 pb-2">
        <h2 className="min-w-0 flex-1 truncate px-1 text-sm font-medium">{title}</h2>
        {actions}
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
