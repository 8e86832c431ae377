import { useSyncExternalStore } from 'react';
import { readText, writeText } from './storage';

const KEY = 'relay.quiet';
const subscribers = new Set<() => void>();
let isQuiet = readText(KEY) === 'true';

/** Whether what comes in is announced to nobody: some read at their own pace. */
export function useQuiet(): [boolean, (isQuiet: boolean) => void] {
  return [useSyncExternalStore(subscribe, () => isQuiet), setQuiet];
}

function setQuiet(next: boolean): void {
  isQuiet = next;
  writeText(KEY, next ? 'true' : null);
  for (const tell of subscribers) tell();
}

function subscribe(onChange: () => void): () => void {
  subscribers.add(onChange);
  return () => subscribers.delete(onChange);
}
