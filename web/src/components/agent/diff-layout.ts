import { useSyncExternalStore } from 'react';
import { readText, writeText } from '../../browser/storage';

const KEY = 'relay.diff-layout';
const subscribers = new Set<() => void>();

/** Whether diffs stand side by side, everywhere and from then on, and how to change that. */
export function useDiffLayout(): [boolean, (isSplit: boolean) => void] {
  const isSplit = useSyncExternalStore(subscribe, () => readText(KEY) === 'split');
  return [isSplit, setSplit];
}

function setSplit(isSplit: boolean): void {
  writeText(KEY, isSplit ? 'split' : 'unified');
  for (const notify of subscribers) notify();
}

function subscribe(notify: () => void): () => void {
  subscribers.add(notify);
  return () => subscribers.delete(notify);
}
