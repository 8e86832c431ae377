import type { KeyboardEvent } from 'react';
import { MAX_QUERY } from '../../session/use-search';
import { Icon } from '../shell/Icon';
import { t } from '../../languages/text';

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** The user wants to go on to the first match. */
  onLeave: () => void;
}

/** Escape empties it, the arrow down goes to the first match. */
export function SearchField({ value, onChange, onLeave }: SearchFieldProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onChange('');
    else if (event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
    else return;
    event.preventDefault();
  };
  return (
    <div role="search" className="px-3 pb-3">
      <label className="flex min-h-9 items-center gap-2 rounded-lg border bg-background px-2.5 text-muted-foreground focus-within:ring-2 focus-within:ring-ring">
        <Icon name="search" />
        <input
          type="search"
          aria-label={t('Search chats')}
          placeholder={t('Search')}
          value={value}
          maxLength={MAX_QUERY}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          autoComplete="off"
          className="min-w-0 flex-1 bg-transparent py-1.5 text-base text-foreground outline-none placeholder:text-muted-foreground sm:text-sm [&::-webkit-search-cancel-button]:hidden"
        />
        {value !== '' && (
          <button
            type="button"
            aria-label={t('Clear the search')}
            onClick={() => onChange('')}
            className="-me-1 rounded p-1.5"
          >
            <Icon name="close" size={14} />
          </button>
        )}
      </label>
    </div>
  );
}
