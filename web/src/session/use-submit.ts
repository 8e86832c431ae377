import { useCallback, useRef, useState } from 'react';
import { describeError } from '../api/problem';

export interface Submit {
  /** What the server has said to the last attempt; null: nothing is wrong. */
  error: string | null;
  isBusy: boolean;
  /** Does it, unless something is on its way already. @param done called when it was done; what was typed stays otherwise */
  submit: <T>(run: () => Promise<T>, done?: (result: T) => void) => void;
}

/** Sends what a form or a button wants, once at a time. */
export function useSubmit(): Submit {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isOnItsWay = useRef(false);
  const submit = useCallback(<T>(run: () => Promise<T>, done?: (result: T) => void): void => {
    if (isOnItsWay.current) return;
    isOnItsWay.current = true;
    setBusy(true);
    setError(null);
    run()
      .then(
        (result) => done?.(result),
        (cause: unknown) => setError(describeError(cause)),
      )
      .finally(() => {
        isOnItsWay.current = false;
        setBusy(false);
      });
  }, []);
  return { error, isBusy, submit };
}
