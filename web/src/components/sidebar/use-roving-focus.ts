import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef } from 'react';

const ROW = 'a[data-row]';

/**
 * One row of a list is reached by Tab, the others by the arrow keys from there: the one that had the focus last, else the open
 * one, else the first. When the row with the focus goes to another group it keeps it; when it goes away, the one in its place gets it.
 */
export function useRovingFocus(list: RefObject<HTMLElement | null>) {
  const last = useRef<{ id: string; index: number; row: Element } | null>(null);
  const { rows, settle } = useMemo(() => {
    const all = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>(ROW) ?? [])];
    return { rows: all, settle: () => chooseTabStop(all(), last.current?.id) };
  }, [list]);
  useEffect(() => {
    const body = list.current;
    if (!body) return;
    settle();
    const observer = new MutationObserver(() => {
      settle();
      if (last.current === null || last.current.row.isConnected || document.activeElement !== document.body) return;
      const { id, index } = last.current;
      const all = rows();
      (all.find(({ dataset }) => dataset.row === id) ?? all[Math.min(index, all.length - 1)])?.focus();
    });
    observer.observe(body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [list, rows, settle]);
  const onFocus = (): void => {
    const all = rows();
    const index = all.findIndex((row) => row === document.activeElement);
    const row = all[index];
    if (row?.dataset.row === undefined) return;
    last.current = { id: row.dataset.row, index, row };
    settle();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = rows();
    const index = all.findIndex((row) => row === document.activeElement);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  };
  return { onFocus, onKeyDown };
}

function chooseTabStop(rows: readonly HTMLAnchorElement[], lastId: string | undefined): void {
  const tabStop =
    rows.find((row) => row.dataset.row === lastId) ?? rows.find((row) => row.hasAttribute('aria-current')) ?? rows[0];
  for (const row of rows) row.tabIndex = row === tabStop ? 0 : -1;
}
