import { useSyncExternalStore } from 'react';

/** Whether the page is in view. */
export const useIsVisible = (): boolean => useSyncExternalStore(subscribe, () => !document.hidden);

function subscribe(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}
