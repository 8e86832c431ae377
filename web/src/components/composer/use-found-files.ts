import { useEffect, useState } from 'react';
import { relayApi } from '../../api/relay-api';

const PAUSE_MS = 150;
const MAX_SHOWN = 8;

/** Paths in the chat's workspace with this in their names, a pause after it was typed; none while they are looked for, or cannot be. */
export function useFoundFiles(chatId: string | null, query: string | null): readonly string[] {
  const [found, setFound] = useState<{ query: string; paths: readonly string[] } | null>(null);
  useEffect(() => {
    if (chatId === null || query === null) return;
    let isCurrent = true;
    const show = (paths: readonly string[]) => isCurrent && setFound({ query, paths });
    const timer = setTimeout(() => {
      relayApi
        .findFiles(chatId, query)
        .then(({ data }) => show(data.slice(0, MAX_SHOWN).map(({ path }) => path)))
        .catch(() => show([]));
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [chatId, query]);
  return found !== null && found.query === query ? found.paths : NONE;
}

const NONE: readonly string[] = [];
