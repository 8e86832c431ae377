import { t } from '../../languages/text';
import { type FormEvent, useState } from 'react';
import { branchesApi } from '../../api/branches-api';
import { useFocusOnReturn } from '../../browser/use-focus-on-return';
import { Icon } from '../shell/Icon';
import { FIELD } from '../shell/Page';
import { useBranchActions } from './branch-actions';

interface EditedMessageProps {
  messageId: string;
  text: string;
}

/** A message that was sent, written anew: it is sent in a branch that begins before it. */
export function EditedMessage({ messageId, text }: EditedMessageProps) {
  const actions = useBranchActions();
  const [isOpen, setOpen] = useState(false);
  const pencil = useFocusOnReturn<HTMLButtonElement>(isOpen);
  if (actions === null) return null;
  if (!isOpen) {
    return (
      <button
        ref={pencil}
        type="button"
        className="icon-button"
        aria-label={t('Edit')}
        title={t('Edit in a branch')}
        onClick={() => setOpen(true)}
      >
        <Icon name="pencil" size={14} />
      </button>
    );
  }
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const written = new FormData(event.currentTarget).get('text');
    if (typeof written !== 'string' || written.trim() === '') return;
    setOpen(false);
    actions.open(branchesApi.edit(actions.chatId, messageId, written));
  };
  return (
    <form onSubmit={send} className="grid w-full max-w-[88%] gap-2 sm:max-w-[80%]">
      <textarea
        dir="auto"
        name="text"
        aria-label={t('Edited text')}
        autoFocus
        rows={4}
        defaultValue={text}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          // Escape was meant for this field, and stops no turn.
          event.preventDefault();
          setOpen(false);
        }}
        className={FIELD}
      />
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={() => setOpen(false)}>
          {t('Cancel')}
        </button>
        <button className="button button-primary">{t('Send in a branch')}</button>
      </div>
    </form>
  );
}
