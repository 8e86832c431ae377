import { useEffect } from 'react';
import type { Failure } from './failure';

const PAUSE_MS = 5_000;

/** Reads again what could not be read because the server was away: after pauses, and when the network is back. */
export function useRecovery(failure: Failure | null, reload: () => void): void {
  useEffect(() => {
    if (!failure?.isTransient) return;
    const timer = setTimeout(reload, PAUSE_MS * (0.75 + Math.random() / 2));
    window.addEventListener('online', reload);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('online', reload);
    };
  }, [failure, reload]);
}
