import { useEffect, useState } from 'react';
import { highlighter } from './highlighter';
import type { Language } from './languages';
import type { TokenLine } from './tokens';

/** Longer code stays in one colour: it would be as many elements as make a page slow. */
const MAX_CHARS = 60_000;

/** The lines of code in their colours; null while they are not known, and where they never will be. */
export function useTokens(code: string, language: Language | null): readonly TokenLine[] | null {
  const isWanted = language !== null && code.length <= MAX_CHARS && code.trim() !== '';
  const ready = isWanted ? highlighter.ready(code, language) : null;
  const [, setArrived] = useState(0);
  useEffect(() => {
    if (!isWanted || ready !== undefined) return;
    let isCurrent = true;
    void highlighter.lines(code, language).then(() => isCurrent && setArrived((count) => count + 1));
    return () => {
      isCurrent = false;
    };
  }, [code, language, isWanted, ready]);
  return ready ?? null;
}
