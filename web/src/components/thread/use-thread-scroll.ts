import { type RefObject, startTransition, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ThreadEntry } from '../../log/thread-entries';
import { guessedHeight } from './row-guess';
import { ThreadScroll } from './thread-scroll';

interface ThreadWindow {
  scroll: ThreadScroll;
  scroller: RefObject<HTMLDivElement | null>;
  list: RefObject<HTMLDivElement | null>;
  /** The numbers of the entries that are to be drawn. */
  shown: readonly number[];
  isAtEnd: boolean;
}

/** Which entries of a thread are drawn, and where it is scrolled to. */
export function useThreadScroll(entries: readonly ThreadEntry[], sought: { turnId: string } | null): ThreadWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const ids = useIds(entries);
  const known = useRef<ReadonlyMap<string, ThreadEntry>>(new Map());
  const [scroll] = useState(
    () =>
      new ThreadScroll(
        (id) => guessedHeight(known.current.get(id)),
        (state, isUrgent) => (isUrgent ? setState(state) : startTransition(() => setState(state))),
      ),
  );
  const [state, setState] = useState(scroll.state);
  const isPrinting = useIsPrinting();
  useMemo(() => {
    known.current = new Map(entries.map((entry) => [entry.id, entry]));
    scroll.layout.setRows(ids);
    // A guess need not be made anew with each word.
  }, [scroll, ids]);
  const shown = isPrinting ? ids.map((_, index) => index) : scroll.shown(state.span);
  useLayoutEffect(() => {
    if (scroller.current && list.current) return scroll.attach(scroller.current, list.current);
  }, [scroll]);
  useLayoutEffect(() => scroll.settle());
  useEndAfterSending(scroll, entries);
  useEffect(() => {
    const id = sought && rowOfTurn(entries, sought.turnId);
    if (id) scroll.scrollToRow(id);
    // Once, and not with all that comes in.
  }, [scroll, sought]);
  return { scroll, scroller, list, shown, isAtEnd: state.isAtEnd };
}

/** The first row of a turn: of the message that began it. */
function rowOfTurn(entries: readonly ThreadEntry[], turnId: string): string | undefined {
  const index = entries.findIndex((entry) => entry.role === 'assistant' && entry.turn.id === turnId);
  const before = entries[index - 1];
  return before?.role === 'user' ? before.id : entries[index]?.id;
}

/** The same list as long as it has the same rows. */
function useIds(entries: readonly ThreadEntry[]): readonly string[] {
  const known = useRef<readonly string[]>([]);
  const isSame =
    known.current.length === entries.length && entries.every(({ id }, index) => known.current[index] === id);
  if (!isSame) known.current = entries.map(({ id }) => id);
  return known.current;
}

/** Who sends something wants to see it. */
function useEndAfterSending(scroll: ThreadScroll, entries: readonly ThreadEntry[]): void {
  const last = entries.at(-1);
  const sentId = last?.role === 'user' && last.outgoing ? last.id : null;
  useEffect(() => {
    if (sentId !== null) scroll.scrollToEnd();
  }, [scroll, sentId]);
}

/** On paper is all that is loaded. */
function useIsPrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const before = (): void => flushSync(() => setPrinting(true));
    const after = (): void => setPrinting(false);
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return isPrinting;
}
