import type { UsageSum } from '../../api/types';
import { t } from '../../languages/text';
import { idOf, type Metric, METRIC_WORDS, valueOf } from './metric';

/** The values of one part, one a day. */
export interface Series {
  readonly id: string;
  readonly name: string;
  readonly values: readonly number[];
}

/** As many as can be told apart; the others are one more. */
const MOST = 5;

/** The largest parts of what was used, day by day. @param nameOf null: all is one part */
export function seriesOf(
  rows: readonly UsageSum[],
  days: readonly string[],
  metric: Metric,
  nameOf: ((sum: UsageSum) => string) | null,
): Series[] {
  const at = new Map(days.map((day, index) => [day, index]));
  const parts = new Map<string, { id: string; name: string; values: number[] }>();
  for (const row of rows) {
    const id = nameOf === null ? '' : idOf(row);
    const part = parts.get(id) ?? {
      ...{ id, name: nameOf === null ? t(METRIC_WORDS[metric]) : nameOf(row), values: days.map(() => 0) },
    };
    const day = at.get(row.day ?? '');
    if (day !== undefined) part.values[day] = (part.values[day] ?? 0) + valueOf(metric, row);
    parts.set(id, part);
  }
  const sumOf = ({ values }: Series): number => values.reduce((sum, value) => sum + value, 0);
  const sorted = [...parts.values()].sort((one, other) => sumOf(other) - sumOf(one));
  const others = sorted.slice(MOST);
  if (others.length === 0) return sorted;
  const rest = days.map((_, day) => others.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  return [...sorted.slice(0, MOST), { id: 'others', name: t('Others'), values: rest }];
}
