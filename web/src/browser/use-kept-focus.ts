import { type RefObject, useEffect } from 'react';

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary';

interface Place {
  element: Element;
  /** Of its row, and of itself within that. */
  row: number;
  index: number;
}

/**
 * Keeps the focus in a list whose rows move and go away: what had it keeps it, else what stands in its place, else `fallback`. Whoever
 * has left the list is left alone.
 *
 * @param fallback is asked when it is needed; that of the first drawing
 */
export function useKeptFocus(
  list: RefObject<HTMLElement | null>,
  fallback: () => HTMLElement | null | undefined,
): void {
  useEffect(() => {
    const root = list.current;
    if (!root) return;
    let last: Place | null = null;
    const settle = (): void => {
      if (last === null || document.activeElement !== document.body) return;
      const left = root.isConnected ? standingAt(root, last) : undefined;
      const next = last.element.isConnected ? last.element : (left ?? fallback());
      if (next instanceof HTMLElement) next.focus();
    };
    const follow = ({ target, type }: Event): void => {
      if (!(target instanceof Element) || !root.contains(target)) last = null;
      else if (type === 'focusin') last = placeOf(root, target);
    };
    const observer = new MutationObserver((records) => {
      const isMoved = records.some(({ removedNodes }) =>
        [...removedNodes].some((node) => node.contains(last?.element ?? null)),
      );
      if (isMoved || last?.element.isConnected === false) settle();
    });
    observer.observe(root, { childList: true, subtree: true });
    document.addEventListener('focusin', follow);
    document.addEventListener('pointerdown', follow);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', follow);
      document.removeEventListener('pointerdown', follow);
      if (!root.isConnected) settle();
    };
  }, [list]);
}

const rowsOf = (root: Element): Element[] => [...root.querySelectorAll('li')];
const stopsOf = (row: Element | undefined): Element[] => [...(row?.querySelectorAll(FOCUSABLE) ?? [])];

function placeOf(root: Element, element: Element): Place {
  const row = rowsOf(root).findIndex((each) => each.contains(element));
  return { element, row, index: stopsOf(rowsOf(root)[row]).indexOf(element) };
}

function standingAt(root: Element, { row, index }: Place): Element | undefined {
  const rows = rowsOf(root);
  // What stood below the rows has the last one before it.
  const stops = stopsOf(row < 0 ? rows.at(-1) : rows[Math.min(row, rows.length - 1)]);
  return stops[Math.max(0, Math.min(index, stops.length - 1))];
}
