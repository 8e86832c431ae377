import { useEffect, useState } from 'react';
import { describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { SearchHit } from '../api/types';

/** A pause in typing after which it is asked. */
const TYPING_MS = 200;
const MAX_HITS = 30;
/** The longest query that the backend takes. */
export const MAX_QUERY = 500;

export interface Search {
  /** Null while nothing is looked for, or nothing was found out yet. */
  hits: readonly SearchHit[] | null;
  error: string | null;
}

const NOTHING: Search = { hits: null, error: null };

/** What is found by what was typed, in all chats or in one; the matches of before are shown until there are new ones. */
export function useSearch(typed: string, chatId?: string): Search {
  const [search, setSearch] = useState(NOTHING);
  const query = typed.trim();
  useEffect(() => {
    if (query === '') return setSearch(NOTHING);
    let isOver = false;
    const timer = setTimeout(() => {
      relayApi.search({ q: query, limit: MAX_HITS, chat: chatId }).then(
        ({ data }) => !isOver && setSearch({ hits: data, error: null }),
        (problem: unknown) => !isOver && setSearch({ hits: null, error: describeError(problem) }),
      );
    }, TYPING_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [query, chatId]);
  return query === '' ? NOTHING : search;
}
