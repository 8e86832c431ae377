import { useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { UsageSum } from '../../api/types';
import { usePaged } from '../../session/use-paged';
import { FIELD, Rows, Section } from '../shell/Page';
import { DayPlot } from './DayPlot';

const DAY_MS = 86_400_000;
const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A sum in the time zone of whoever looks; of at most so many values. */
function useUsage(days: number, groupBy: string) {
  return usePaged<UsageSum>(
    useCallback(
      (query: PageQuery) => {
        const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
        return adminApi.usage({ ...query, limit: 400, from, groupBy, timeZone: TIME_ZONE });
      },
      [days, groupBy],
    ),
  );
}

/** What was used and what it has cost: by day, by backend, by user. */
export function UsagePage() {
  const [days, setDays] = useState(30);
  const byDay = useUsage(days, 'day');
  const byBackend = useUsage(days, 'backend,model');
  const byUser = useUsage(days, 'user');
  const nameOfModel = ({ backend, model }: UsageSum) => [backend, model].filter(Boolean).join(' · ');
  return (
    <>
      <label className="justify-self-start text-sm font-medium">
        Time ({TIME_ZONE})
        <select className={FIELD} value={days} onChange={(event) => setDays(Number(event.target.value))}>
          <option value={7}>7 days</option>
          <option value={30}>30 days</option>
          <option value={90}>90 days</option>
          <option value={365}>a year</option>
        </select>
      </label>
      <Section title="By day">
        <DayPlot title="Cost" days={days} rows={byDay.rows ?? []} valueOf={({ cost }) => cost} />
        <DayPlot title="Tokens" days={days} rows={byDay.rows ?? []} valueOf={({ totalTokens }) => totalTokens} />
      </Section>
      <Section title="By model">
        <Sums list={byBackend} nameOf={nameOfModel} />
      </Section>
      <Section title="By user">
        <Sums list={byUser} nameOf={({ owner, userId }) => owner?.displayName ?? userId ?? ''} />
      </Section>
    </>
  );
}

interface SumsProps {
  list: ReturnType<typeof useUsage>;
  nameOf: (sum: UsageSum) => string;
}

function Sums({ list, nameOf }: SumsProps) {
  return (
    <Rows list={list} keyOf={nameOf} nothing="Nothing was used.">
      {(sum) => (
        <div className="flex flex-wrap justify-between gap-x-3">
          <span className="min-w-0 break-all">{nameOf(sum)}</span>
          <span className="text-muted-foreground">
            {sum.calls.toLocaleString()} calls{sum.failedCalls > 0 && `, ${sum.failedCalls} failed`} ·{' '}
            {sum.totalTokens.toLocaleString()} tokens · cost {sum.cost}
            {sum.unpricedCalls > 0 && ` (${sum.unpricedCalls} calls without a price)`}
          </span>
        </div>
      )}
    </Rows>
  );
}
