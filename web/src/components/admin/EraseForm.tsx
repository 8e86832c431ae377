import { type FormEvent, useRef } from 'react';
import { t } from '../../languages/text';
import { Trans } from '../../languages/Trans';
import { FIELD } from '../shell/Page';

interface EraseFormProps {
  name: string;
  onErase: () => void;
  onCancel: () => void;
}

/** What is erased does not come back, so its name is to be written. */
export function EraseForm({ name, onErase, onCancel }: EraseFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (field.current?.value.trim() === name.trim()) onErase();
    else field.current?.setCustomValidity(t('This is another name.'));
    field.current?.reportValidity();
  };
  return (
    <form onSubmit={submit} className="grid gap-2 rounded-lg border border-danger/50 p-3">
      <label>
        <Trans
          text="Chats, files, tokens and all that was said by this user are erased. Write <b>{{name}}</b> to go on:"
          parts={{ b: <strong /> }}
          values={{ name }}
        />
        <input
          ref={field}
          required
          autoComplete="off"
          className={FIELD}
          onChange={(event) => event.target.setCustomValidity('')}
        />
      </label>
      <div className="flex flex-wrap gap-2">
        <button className="button button-danger">{t('Erase for good')}</button>
        <button type="button" className="button" onClick={onCancel}>
          {t('Cancel')}
        </button>
      </div>
    </form>
  );
}
