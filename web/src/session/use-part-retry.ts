import { useCallback, useEffect, useMemo, useState } from 'react';
import { PartProblem } from '../browser/lazy-part';
import { type Failure, failureOf } from './failure';
import { useRecovery } from './use-recovery';

/**
 * What becomes of a part of the page that could not be shown: code that has not come is asked for again by itself.
 *
 * @param onRetry renders the part again
 */
export function usePartRetry(error: unknown, onRetry: () => void): { failure: Failure; retry: () => void } {
  const [tries, setTries] = useState(0);
  const failure = useMemo(() => failureOf(error), [error, tries]);
  const retry = useCallback(() => {
    if (!(error instanceof PartProblem)) return onRetry();
    const show = (): void => {
      error.forget();
      onRetry();
    };
    error.fetchAgain().then(show, () => setTries((before) => before + 1));
  }, [error, onRetry]);
  useRecovery(failure, retry);
  useEffect(
    () => () => {
      if (error instanceof PartProblem) error.forget();
    },
    [error],
  );
  return { failure, retry };
}
