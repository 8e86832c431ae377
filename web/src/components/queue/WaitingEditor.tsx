import { useState } from 'react';

interface WaitingEditorProps {
  text: string;
  problem: string | null;
  onSave: (text: string) => void;
  onCancel: () => void;
}

/** Changes what a waiting message says. Enter saves, Escape leaves it as it was. */
export function WaitingEditor({ text, problem, onSave, onCancel }: WaitingEditorProps) {
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
        aria-label="Edit the message"
        className="w-full resize-y rounded-lg border bg-background px-2 py-1.5 text-base outline-none focus:border-ring sm:text-sm"
        rows={Math.min(6, edited.split('\n').length + 1)}
        value={edited}
        onChange={(event) => setEdited(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onSave(edited);
        }}
      />
      {problem && (
        <p role="alert" className="break-words text-danger">
          {problem}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="button button-primary">
          Save
        </button>
      </div>
    </form>
  );
}
