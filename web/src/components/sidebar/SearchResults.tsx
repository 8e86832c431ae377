import type { KeyboardEvent, RefObject } from 'react';
import type { SearchHit } from '../../api/types';
import { chatHash, turnHash } from '../../browser/hash-route';
import { formatMinute } from '../../format/times';
import { withShortLead } from '../../format/snippet';
import type { Search } from '../../session/use-search';
import { Icon, type IconName } from '../shell/Icon';
import { t, words } from '../../languages/text';

const ICONS: Readonly<Record<SearchHit['kind'], IconName>> = {
  title: 'list',
  message: 'pencil',
  command: 'terminal',
  file: 'file',
};

interface SearchResultsProps {
  search: Search;
  listRef: RefObject<HTMLUListElement | null>;
  openChatId: string | null;
  /** Which chat it is need not be said. */
  isOfOneChat?: boolean;
}

/** What was found; the arrow keys go from match to match. */
export function SearchResults({ search: { hits, error }, listRef, openChatId, isOfOneChat }: SearchResultsProps) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2">
      <p role="status" className="px-2 pb-1 text-xs font-medium text-muted-foreground">
        {error ?? statusOf(hits)}
      </p>
      <ul ref={listRef} aria-label={t('Matches')} className="flex flex-col gap-0.5" onKeyDown={moveFocus}>
        {hits?.map((hit) => (
          <li key={`${hit.kind} ${hit.id}`}>
            <a
              href={hit.turnId === null ? chatHash(hit.chatId) : turnHash(hit.chatId, hit.turnId)}
              aria-current={hit.chatId === openChatId ? 'page' : undefined}
              className="block rounded-lg px-2 py-1.5 text-sm hover:bg-muted aria-[current=page]:bg-muted"
            >
              <span className="flex items-center gap-1.5 text-xs text-muted-foreground">
                <Icon name={ICONS[hit.kind]} size={13} />
                <span className="truncate">
                  {isOfOneChat ? placeOf(hit) : hit.kind === 'title' ? t('Chat') : hit.chatTitle}
                </span>
                {hit.chatArchived && !isOfOneChat && <span>· {t('archived')}</span>}
              </span>
              <span className="line-clamp-2 break-words">
                {withShortLead(hit.snippet).map(({ text, isMatch }, index) =>
                  isMatch ? (
                    <mark key={index} className="bg-transparent font-semibold text-primary">
                      {text}
                    </mark>
                  ) : (
                    text
                  ),
                )}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Of what it is, and when that was. */
function placeOf({ kind, role, at }: SearchHit): string {
  const what = kind === 'message' ? (role === 'user' ? words('Question') : words('Answer')) : KINDS[kind];
  return `${t(what)} · ${formatMinute(at)}`;
}

const KINDS = { title: words('Title'), command: words('Command'), file: words('File') };

function statusOf(hits: readonly SearchHit[] | null): string {
  if (hits === null) return t('Searching…');
  if (hits.length === 0) return t('Nothing found');
  return t('{{count}} matches', { count: hits.length });
}

function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const links = [...event.currentTarget.querySelectorAll('a')];
  links[links.findIndex((link) => link === document.activeElement) + step]?.focus();
}
