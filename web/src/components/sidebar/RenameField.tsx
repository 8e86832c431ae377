import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { t } from '../../languages/text';

interface RenameFieldProps {
  title: string;
  /** @param isByKey whether it was ended there, and not by going elsewhere */
  onDone: (title: string, isByKey: boolean) => void;
}

/** A chat's title as a field in its place: Enter or leaving it keeps the text, Escape gives it up. */
export function RenameField({ title, onDone }: RenameFieldProps) {
  const isGivenUp = useRef(false);
  const isByKey = useRef(false);
  const finish = (value: string) => onDone(isGivenUp.current ? title : value.trim(), isByKey.current);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    isGivenUp.current = isByKey.current = true;
    event.currentTarget.blur();
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    isByKey.current = true;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  };
  return (
    <li>
      <form onSubmit={onSubmit}>
        <input
          autoFocus
          defaultValue={title}
          maxLength={200}
          aria-label={t('Title of the chat')}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={(event) => finish(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          className="min-h-9 w-full pointer-coarse:min-h-11 rounded-lg border bg-background px-2 text-base focus-visible:-outline-offset-1 sm:text-sm"
        />
      </form>
    </li>
  );
}
