import { useState } from 'react';
import type { QueueFate } from '../../api/types';

interface StopButtonProps {
  /** How many messages wait: with some, there is something to choose. */
  waiting: number;
  onStop: (queue: QueueFate) => void;
}

const CHOICES: readonly (readonly [fate: QueueFate, label: string])[] = [
  ['keep', 'Stop, and go on with what waits'],
  ['hold', 'Stop, and hold what waits'],
  ['clear', 'Stop, and remove what waits'],
];

/** Stops the turn; where messages wait it asks what becomes of them. */
export function StopButton({ waiting, onStop }: StopButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (fate: QueueFate): void => {
    setOpen(false);
    onStop(fate);
  };
  return (
    <div className="relative" onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}>
      {isOpen && waiting > 0 && (
        <div
          role="menu"
          aria-label="What becomes of the messages that wait"
          className="absolute right-0 bottom-full z-10 mb-2 flex w-64 flex-col rounded-xl border bg-card p-1 text-sm shadow-md"
        >
          {CHOICES.map(([fate, label]) => (
            <button
              key={fate}
              type="button"
              role="menuitem"
              className="rounded-lg px-2.5 py-2 text-left hover:bg-muted focus-visible:bg-muted"
              onClick={() => choose(fate)}
            >
              {label}
            </button>
          ))}
        </div>
      )}
      <button
        type="button"
        onClick={() => (waiting > 0 ? setOpen(!isOpen) : choose('keep'))}
        aria-expanded={waiting > 0 ? isOpen : undefined}
        aria-haspopup={waiting > 0 ? 'menu' : undefined}
        className="button size-9 shrink-0 p-0 pointer-coarse:size-10"
        aria-label="Stop the turn"
        title="Stop"
      >
        <span className="size-3 rounded-[3px] bg-danger" aria-hidden="true" />
      </button>
    </div>
  );
}
