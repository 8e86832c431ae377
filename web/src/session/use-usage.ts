import { useCallback } from 'react';
import { usageApi } from '../api/usage-api';
import type { UsageSum } from '../api/types';
import { dayAfter, type DayRange } from '../format/day-range';
import { type Reading, useReading } from './use-reading';

export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const PAGE = 500;
/** Beyond that a plot says nothing any more, and the page would be in the way of others. */
const MOST_PAGES = 20;

/** Whose usage, of which key; left out: of all that one may see. */
export interface UsageFilter {
  readonly userId?: string;
  readonly keyId?: string;
}

export interface UsageSums {
  readonly rows: readonly UsageSum[];
  /** There are more than a page reads. */
  readonly isCut: boolean;
}

/** Sums in the time zone of whoever looks. @param groupBy as the service names them, comma separated */
export function useUsage({ from, to }: DayRange, groupBy: string, { userId, keyId }: UsageFilter): Reading<UsageSums> {
  return useReading<UsageSums>(
    useCallback(async () => {
      const query = { from, to: dayAfter(to, 1), groupBy, timeZone: TIME_ZONE, userId, keyId, limit: PAGE };
      const rows: UsageSum[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < MOST_PAGES && cursor !== null; page++) {
        const answer = await usageApi.sums({ ...query, cursor });
        rows.push(...answer.data);
        cursor = answer.nextCursor;
      }
      return { rows, isCut: typeof cursor === 'string' };
    }, [from, to, groupBy, userId, keyId]),
  );
}
