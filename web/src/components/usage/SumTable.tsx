import { useState } from 'react';
import type { UsageSum } from '../../api/types';
import { wrappingMoney } from '../../format/money';
import { formatCompact, formatExact } from '../../format/quantities';
import { t } from '../../languages/text';
import { type Group, GROUP_WORDS, idOf, type Metric, METRIC_WORDS, valueOf } from './metric';

const SHOWN_AT_FIRST = 10;
const NUMBER = 'py-2 ps-1 text-end max-sm:text-xs align-top tabular-nums';

interface SumTableProps {
  group: Group;
  metric: Metric;
  currency: string;
  rows: readonly UsageSum[];
  nameOf: (sum: UsageSum) => string;
  /** Where one sees this one alone. */
  hrefOf?: (sum: UsageSum) => string | null;
}

/** Sums as rows with bars, the largest first. */
export function SumTable({ group, metric, currency, rows, nameOf, hrefOf }: SumTableProps) {
  const [showsAll, setShowsAll] = useState(false);
  if (rows.length === 0) return <p className="text-sm text-muted-foreground">{t('Nothing was used.')}</p>;
  const sorted = [...rows].sort((one, other) => valueOf(metric, other) - valueOf(metric, one));
  const shown = showsAll ? sorted : sorted.slice(0, SHOWN_AT_FIRST);
  const highest = sorted[0] === undefined ? 0 : valueOf(metric, sorted[0]);
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm">
        <thead>
          <tr className="border-b text-muted-foreground">
            <th scope="col" className="py-1.5 text-start font-medium">
              {t(GROUP_WORDS[group])}
            </th>
            {(['calls', 'tokens', 'cost'] as const).map((name) => (
              <th
                key={name}
                scope="col"
                className="w-[25%] py-1.5 ps-1 text-end font-medium break-words max-sm:text-xs sm:w-28"
              >
                {t(METRIC_WORDS[name])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((sum) => (
            <SumRow
              key={idOf(sum)}
              sum={sum}
              name={nameOf(sum)}
              href={hrefOf?.(sum) ?? null}
              share={highest === 0 ? 0 : valueOf(metric, sum) / highest}
              currency={currency}
            />
          ))}
        </tbody>
      </table>
      {sorted.length > SHOWN_AT_FIRST && (
        <button type="button" className="button justify-self-start" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? t('Show fewer') : t('Show all {{count}}', { count: sorted.length })}
        </button>
      )}
    </>
  );
}

interface SumRowProps {
  sum: UsageSum;
  name: string;
  href: string | null;
  /** Of the largest: 0 to 1. */
  share: number;
  currency: string;
}

function SumRow({ sum, name, href, share, currency }: SumRowProps) {
  return (
    <tr className="border-b last:border-0">
      <th scope="row" className="py-2 text-start align-top font-normal">
        {href === null ? (
          <span className="break-words">{name}</span>
        ) : (
          <a href={href} className="break-words underline underline-offset-2">
            {name}
          </a>
        )}
        <svg
          className="mt-1 h-1.5 w-full rounded-full rtl:-scale-x-100"
          viewBox="0 0 100 1"
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <rect className="plot-ground" width={100} height={1} />
          <rect className="plot-0" width={share * 100} height={1} />
        </svg>
      </th>
      <td className={NUMBER}>
        {formatExact(sum.calls)}
        {sum.failedCalls > 0 && (
          <span className="block text-xs text-danger">{t('{{count}} failed', { count: sum.failedCalls })}</span>
        )}
      </td>
      <td className={NUMBER} title={formatExact(sum.totalTokens)}>
        {formatCompact(sum.totalTokens)}
      </td>
      <td className={`${NUMBER} break-words`}>
        {wrappingMoney(sum.cost, currency)}
        {sum.unpricedCalls > 0 && (
          <span className="block text-xs text-muted-foreground">
            {t('{{count}} without a price', { count: sum.unpricedCalls })}
          </span>
        )}
      </td>
    </tr>
  );
}
