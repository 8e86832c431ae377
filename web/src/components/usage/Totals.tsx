import type { UsageSum } from '../../api/types';
import { wrappingMoney } from '../../format/money';
import { formatCompact, formatExact } from '../../format/quantities';
import { t } from '../../languages/text';

/** What was used in all. */
export function Totals({ rows, currency }: { rows: readonly UsageSum[]; currency: string }) {
  const sum = (of: (row: UsageSum) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const failed = sum(({ failedCalls }) => failedCalls);
  const unpriced = sum(({ unpricedCalls }) => unpricedCalls);
  const cached = sum(({ cachedInputTokens }) => cachedInputTokens);
  const reasoning = sum(({ reasoningOutputTokens }) => reasoningOutputTokens);
  return (
    <dl className="grid grid-cols-1 gap-3 text-sm min-[22rem]:grid-cols-2 lg:grid-cols-4">
      <Total
        name={t('Cost')}
        value={wrappingMoney(
          sum(({ cost }) => cost),
          currency,
        )}
        more={unpriced > 0 ? t('{{count}} calls without a price', { count: unpriced }) : ''}
      />
      <Total
        name={t('Calls')}
        value={formatExact(sum(({ calls }) => calls))}
        more={failed > 0 ? t('{{count}} failed', { count: failed }) : ''}
      />
      <Total
        name={t('Tokens in')}
        value={formatCompact(sum(({ inputTokens }) => inputTokens))}
        more={t('{{tokens}} of them cached', { tokens: formatCompact(cached) })}
      />
      <Total
        name={t('Tokens out')}
        value={formatCompact(sum(({ outputTokens }) => outputTokens))}
        more={t('{{tokens}} of them reasoning', { tokens: formatCompact(reasoning) })}
      />
    </dl>
  );
}

function Total({ name, value, more }: { name: string; value: string; more: string }) {
  return (
    <div className="rounded-xl border p-3">
      <dt className="text-muted-foreground">{name}</dt>
      <dd>
        <span className="block text-xl font-semibold break-words tabular-nums">{value}</span>
        <span className="block text-xs text-muted-foreground">{more}</span>
      </dd>
    </div>
  );
}
