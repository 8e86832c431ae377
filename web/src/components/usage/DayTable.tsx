import { formatDay } from '../../format/times';
import { t } from '../../languages/text';
import type { Series } from './series';
import { type Metric, METRIC_WORDS } from './metric';

interface DayTableProps {
  metric: Metric;
  days: readonly string[];
  series: readonly Series[];
  totals: readonly number[];
  format: (value: number) => string;
}

/** What a plot shows, in words and numbers; of the days on which there was anything. */
export function DayTable({ metric, days, series, totals, format }: DayTableProps) {
  const what = t(METRIC_WORDS[metric]);
  const rows = days.flatMap((day, index) => ((totals[index] ?? 0) > 0 ? [{ day, index }] : [])).reverse();
  return (
    <details className="mt-2 text-sm">
      <summary className="inline-block rounded-md py-1 text-muted-foreground underline underline-offset-2">
        {t('Show as a table')}
      </summary>
      <div
        role="region"
        tabIndex={0}
        aria-label={t('{{what}} by day', { what })}
        className="mt-2 max-h-80 overflow-auto rounded-lg border"
      >
        <table className="w-full border-collapse">
          <thead>
            <tr className="border-b text-start">
              <th scope="col" className="px-2 py-1.5 text-start font-medium">
                {t('Day')}
              </th>
              {series.map(({ id, name }) => (
                <th key={id} scope="col" className="px-2 py-1.5 text-end font-medium">
                  {series.length > 1 ? name : what}
                </th>
              ))}
              {series.length > 1 && (
                <th scope="col" className="px-2 py-1.5 text-end font-medium">
                  {t('All')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ day, index }) => (
              <tr key={day} className="border-b last:border-0">
                <th scope="row" className="px-2 py-1 text-start font-normal whitespace-nowrap">
                  {formatDay(`${day}T12:00:00`)}
                </th>
                {series.map(({ id, values }) => (
                  <td key={id} className="px-2 py-1 text-end tabular-nums">
                    {format(values[index] ?? 0)}
                  </td>
                ))}
                {series.length > 1 && <td className="px-2 py-1 text-end tabular-nums">{format(totals[index] ?? 0)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
