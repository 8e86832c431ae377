import { t } from '../../languages/text';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useReturnFocus } from '../../browser/use-return-focus';
import { MAX_QUERY, useSearch } from '../../session/use-search';
import { Icon } from '../shell/Icon';
import { SearchResults } from '../sidebar/SearchResults';

/** Looks for words in all of a chat, also in what is not loaded, and leads to the turns that have them. */
export default function ChatSearch({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  useReturnFocus();
  const search = useSearch(typed, chatId);
  const matches = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown' || event.key === 'Enter') matches.current?.querySelector('a')?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section
      aria-label={t('Search in this chat')}
      className="flex max-h-[40dvh] flex-col border-b bg-sidebar px-3 py-2"
    >
      <div className="mx-auto flex w-full max-w-3xl items-center gap-2">
        <label className="flex min-h-9 flex-1 items-center gap-2 rounded-lg border bg-background px-2.5 text-muted-foreground focus-within:ring-2 focus-within:ring-ring">
          <Icon name="search" />
          <input
            type="search"
            autoFocus
            aria-label={t('Words to search for in this chat')}
            placeholder={t('Search in this chat')}
            value={typed}
            maxLength={MAX_QUERY}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={onKeyDown}
            autoComplete="off"
            className="min-w-0 flex-1 bg-transparent py-1.5 text-base text-foreground outline-none placeholder:text-muted-foreground sm:text-sm [&::-webkit-search-cancel-button]:hidden"
          />
        </label>
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close the search')}
          title={t('Close')}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      {typed.trim() !== '' && (
        <div className="mx-auto mt-1 flex min-h-0 w-full max-w-3xl flex-col">
          <SearchResults search={search} listRef={matches} openChatId={null} isOfOneChat />
        </div>
      )}
    </section>
  );
}
