import { useMemo } from 'react';
import type { UsageSum } from '../../api/types';
import { daysIn, rangeOf, todayName } from '../../format/day-range';
import { t } from '../../languages/text';
import { useAccount } from '../../session/account';
import { type UsageFilter, useUsage } from '../../session/use-usage';
import { FIELD, Section } from '../shell/Page';
import { Read } from '../shell/ReadState';
import { DayPlot } from './DayPlot';
import { type Group, GROUP_WORDS, isMetric, METRIC_WORDS, METRICS, nameOf } from './metric';
import { RangeForm } from './RangeForm';
import { SaveButton, SumSection } from './SumSection';
import { seriesOf } from './series';
import { Totals } from './Totals';
import { saveUsage } from './usage-csv';
import './usage.css';

interface UsageReportProps {
  filter: UsageFilter;
  groups: readonly Group[];
  /** Names of gateway keys by their ids. */
  keys: ReadonlyMap<string, string>;
  /** What the address says: time, metric, what bars are split by. */
  search: URLSearchParams;
  onSearch: (changes: Readonly<Record<string, string>>) => void;
  hrefOf?: (group: Group, sum: UsageSum) => string | null;
}

/** What was used and what it has cost: in all, by day, and by what it was used by. */
export function UsageReport({ filter, groups, keys, search, onSearch, hrefOf }: UsageReportProps) {
  const today = todayName();
  const range = useMemo(() => rangeOf(search, today), [search, today]);
  const split = groups.find((group) => group === search.get('by')) ?? null;
  const byDay = useUsage(range, split === null ? 'day' : `day,${split === 'model' ? 'backend,model' : split}`, filter);
  const currency = useAccount()?.currency ?? 'USD';
  const wanted = search.get('metric');
  const costs = byDay.value?.rows.some(({ cost }) => cost > 0) ?? true;
  const metric = isMetric(wanted) ? wanted : costs ? 'cost' : 'tokens';
  const days = useMemo(() => daysIn(range), [range]);
  const save = () => saveUsage(`usage-by-day-${range.from}-${range.to}`, byDay.value?.rows ?? [], { keys, currency });
  return (
    <>
      <RangeForm range={range} today={today} onChange={onSearch} />
      <Section title={t('In all')}>
        <Read reading={byDay}>{({ rows }) => <Totals rows={rows} currency={currency} />}</Read>
      </Section>
      <Section
        title={t('By day')}
        aside={
          <div className="flex flex-wrap items-center gap-3">
            <label className="flex items-center gap-2 text-sm whitespace-nowrap">
              {t('Figure')}
              <select
                className={`${FIELD} mt-0`}
                value={metric}
                onChange={(event) => onSearch({ metric: event.target.value })}
              >
                {METRICS.map((each) => (
                  <option key={each} value={each}>
                    {t(METRIC_WORDS[each])}
                  </option>
                ))}
              </select>
            </label>
            <label className="flex items-center gap-2 text-sm whitespace-nowrap">
              {t('Split by')}
              <select
                className={`${FIELD} mt-0`}
                value={split ?? ''}
                onChange={(event) => onSearch({ by: event.target.value })}
              >
                <option value="">{t('nothing')}</option>
                {groups.map((group) => (
                  <option key={group} value={group}>
                    {t(GROUP_WORDS[group])}
                  </option>
                ))}
              </select>
            </label>
            {byDay.value && <SaveButton title={t('By day')} onSave={save} />}
          </div>
        }
      >
        {byDay.value && (
          <DayPlot
            {...{ metric, currency, days }}
            series={seriesOf(byDay.value.rows, days, metric, split && ((sum) => nameOf(split, sum, keys)))}
          />
        )}
        {byDay.value?.isCut && <p className="text-sm text-warning">{t('There is more than this plot shows.')}</p>}
      </Section>
      {groups.map((group) => (
        <SumSection key={group} {...{ group, range, filter, metric, currency, keys, hrefOf }} />
      ))}
    </>
  );
}
