import type { FormEvent, ReactNode } from 'react';
import { useReturnFocus } from '../../browser/use-return-focus';
import { t } from '../../languages/text';
import type { Submit } from '../../session/use-submit';
import { Fault } from './Page';

interface EditFormProps {
  title: string;
  /** It stands above the form already. */
  hidesTitle?: boolean;
  submission: Pick<Submit, 'error' | 'isBusy'>;
  submitLabel: string;
  onSubmit: (form: FormData) => void;
  onCancel: () => void;
  /** Further buttons, between both. */
  actions?: ReactNode;
  /** The fields. */
  children: ReactNode;
}

/** A form on a page, for one thing that is made or changed. What was typed stays until the server has taken it. */
export function EditForm(props: EditFormProps) {
  const { title, hidesTitle = false, submission, submitLabel, onSubmit, onCancel, actions, children } = props;
  useReturnFocus();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={send} aria-label={title} className="grid grid-cols-1 gap-3 rounded-xl border p-3">
      {!hidesTitle && (
        <p aria-hidden="true" className="font-medium break-words">
          {title}
        </p>
      )}
      {children}
      <Fault text={submission.error} />
      <div className="flex flex-wrap items-center gap-2">
        <button className="button button-primary" disabled={submission.isBusy}>
          {submitLabel}
        </button>
        {actions}
        <button type="button" className="button" onClick={onCancel}>
          {t('Cancel')}
        </button>
      </div>
    </form>
  );
}
