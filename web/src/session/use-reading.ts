import { useCallback, useEffect, useRef, useState } from 'react';
import { describeError } from '../api/problem';
import { type Failure, failureOf } from './failure';
import { useRecovery } from './use-recovery';

export interface Reading<T> {
  /** Null until the first answer; the last one while `failure` says why there is no newer. */
  value: T | null;
  failure: Failure | null;
  /** What was wrong with the last change. */
  error: string | null;
  reload: () => void;
  /** Takes over what a change was answered with elsewhere. */
  set: (value: T) => void;
  /** Runs a change, takes over what it answers with or reads again, and tells what went wrong. */
  change: (run: Promise<T | void>) => void;
}

/** Something of the server's. @param load must stay the same function as long as it reads the same thing */
export function useReading<T>(load: () => Promise<T>, everyMs?: number): Reading<T> {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [error, setError] = useState<string | null>(null);
  const call = useRef(0);

  const take = useCallback((own: number, answer: T) => {
    // An older answer must not overwrite a newer one.
    if (own !== call.current) return;
    setValue(() => answer);
    setFailure(null);
  }, []);
  const reload = useCallback(() => {
    const own = ++call.current;
    load().then(
      (answer) => take(own, answer),
      (cause: unknown) => own === call.current && setFailure(failureOf(cause)),
    );
  }, [load, take]);
  useEffect(() => {
    setValue(null);
    setFailure(null);
    reload();
    return () => void call.current++;
  }, [reload]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.hidden || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  useRecovery(failure, reload);

  const set = useCallback((answer: T) => take(++call.current, answer), [take]);
  const change = useCallback(
    (run: Promise<T | void>) => {
      setError(null);
      run.then(
        (answer) => (answer === undefined ? reload() : set(answer)),
        (cause: unknown) => setError(describeError(cause)),
      );
    },
    [reload, set],
  );
  return { value, failure, error, reload, set, change };
}
