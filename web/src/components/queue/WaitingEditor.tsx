import { useState } from 'react';
import { t } from '../../languages/text';

interface WaitingEditorProps {
  text: string;
  problem: string | null;
  /** The message waits no more: what is written can only be sent anew. */
  isLate: boolean;
  onSave: (text: string) => void;
  onCancel: () => void;
}

/** Changes what a waiting message says. Enter saves, Escape leaves it as it was. */
export function WaitingEditor({ text, problem, isLate, onSave, onCancel }: WaitingEditorProps) {
  const [edited, setEdited] = useState(text);
  return (
    <form
      className="flex flex-col gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(edited);
      }}
    >
      <textarea
        autoFocus
        onFocus={({ currentTarget }) => currentTarget.setSelectionRange(text.length, text.length)}
        aria-label={t('Edit the message')}
        className="w-full resize-y rounded-lg border bg-background px-2 py-1.5 text-base outline-none focus:border-ring sm:text-sm"
        rows={Math.min(6, edited.split('\n').length + 1)}
        value={edited}
        onChange={(event) => setEdited(event.target.value)}
        onKeyDown={(event) => {
          const isSaving = event.key === 'Enter' && !event.shiftKey;
          if ((!isSaving && event.key !== 'Escape') || event.nativeEvent.isComposing) return;
          // Escape was meant for this field, and stops no turn.
          event.preventDefault();
          if (isSaving) onSave(edited);
          else onCancel();
        }}
      />
      {isLate && (
        <p role="status" className="break-words text-warning">
          {t('This message waits no more, and stays as it was. What you have written can be sent as a new one.')}
        </p>
      )}
      {problem && (
        <p role="alert" className="break-words text-danger">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onCancel}>
          {t('Cancel')}
        </button>
        <button type="submit" className="button button-primary">
          {isLate ? t('Send as a new message') : t('Save')}
        </button>
      </div>
    </form>
  );
}
