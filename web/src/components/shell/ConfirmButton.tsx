import { useState } from 'react';
import { ConfirmDialog } from './ConfirmDialog';

interface ConfirmButtonProps {
  /** On the button. */
  text: string;
  /** For who does not see what the button stands beside; left out: its text. */
  label?: string;
  /** What is asked, and what it comes to. */
  title: string;
  consequence: string;
  /** On the button that does it. */
  confirmLabel: string;
  onConfirm: () => void;
}

/** A button for what cannot be undone, which asks first. */
export function ConfirmButton({ text, label, title, consequence, confirmLabel, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <button type="button" className="button text-danger" aria-label={label} onClick={() => setAsking(true)}>
        {text}
      </button>
      {isAsking && (
        <ConfirmDialog {...{ title, confirmLabel, onConfirm }} text={consequence} onClose={() => setAsking(false)} />
      )}
    </>
  );
}
