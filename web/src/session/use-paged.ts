import { useCallback, useEffect, useRef, useState } from 'react';
import { describeError } from '../api/problem';
import type { Page } from '../api/types';
import { type Failure, failureOf } from './failure';
import { useRecovery } from './use-recovery';

export interface Paged<T> {
  /** Null until the first answer; the last ones while `failure` says why there are no newer. */
  rows: readonly T[] | null;
  hasMore: boolean;
  failure: Failure | null;
  /** What was wrong with the last change. */
  error: string | null;
  /** Reads the first page again. */
  reload: () => void;
  loadMore: () => void;
  /** Runs a change, tells what went wrong, and reads the list again. */
  change: (run: Promise<unknown>) => void;
}

const PAGE_SIZE = 50;

/** A list of the server's, page by page. @param load must stay the same function as long as it reads the same list */
export function usePaged<T>(load: (query: { cursor?: string | null; limit: number }) => Promise<Page<T>>): Paged<T> {
  const [page, setPage] = useState<Page<T> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [error, setError] = useState<string | null>(null);
  const call = useRef(0);

  const read = useCallback(
    async (before: readonly T[], cursor?: string | null) => {
      const own = ++call.current;
      try {
        const { data, nextCursor } = await load({ cursor, limit: PAGE_SIZE });
        // An older answer must not overwrite a newer one.
        if (own !== call.current) return;
        setPage({ data: [...before, ...data], nextCursor });
        setFailure(null);
      } catch (cause) {
        if (own === call.current) setFailure(failureOf(cause));
      }
    },
    [load],
  );

  const reload = useCallback(() => void read([]), [read]);
  useEffect(() => {
    setPage(null);
    reload();
  }, [reload]);
  useRecovery(failure, reload);
  const change = useCallback(
    (run: Promise<unknown>) => {
      setError(null);
      void run.then(reload, (problem: unknown) => setError(describeError(problem)));
    },
    [reload],
  );
  return {
    ...{ rows: page?.data ?? null, hasMore: Boolean(page?.nextCursor), failure, error, reload, change },
    loadMore: () => void read(page?.data ?? [], page?.nextCursor),
  };
}
