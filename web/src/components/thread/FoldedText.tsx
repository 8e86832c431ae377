import { t } from '../../languages/text';
import { useState } from 'react';
import { Visible } from '../code/Visible';

/** A message is folded that is longer in characters or lines, with half of that in sight. */
const MAX_CHARS = 2_400;
const MAX_LINES = 36;

/** What a person has written: a long message is folded, and says how much more there is. */
export function FoldedText({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  const lines = text.split('\n');
  const isLong = text.length > MAX_CHARS || lines.length > MAX_LINES;
  const shown =
    !isLong || isOpen
      ? text
      : lines
          .slice(0, MAX_LINES / 2)
          .join('\n')
          .slice(0, MAX_CHARS / 2);
  return (
    <>
      <p dir="auto">
        <Visible text={shown} />
        {shown.length < text.length && '…'}
      </p>
      {isLong && (
        <button
          type="button"
          className="mt-1 text-sm text-primary"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? t('Show less') : t('Show all ({{count}} more characters)', { count: text.length - shown.length })}
        </button>
      )}
    </>
  );
}
