import { isolated, t } from '../../languages/text';
import { elapsedMs, formatCompact, formatDuration, formatExact } from '../../format/quantities';
import { formatMoney } from '../../format/money';
import { formatClock, formatMinute } from '../../format/times';
import type { TurnView } from '../../log/chat-view';
import { useAccount } from '../../session/account';
import { useTurnModel } from './turn-facts';

/** When a turn began, how long it took, with which model, and what it has used; all of the sums on a click. */
export function TurnFacts({ turn }: { turn: TurnView }) {
  const model = useTurnModel(turn);
  const currency = useAccount()?.currency ?? 'USD';
  const cost = model?.cost ? formatMoney(model.cost, currency) : null;
  const { startedAt, endedAt, usage, kind } = turn;
  const ms = elapsedMs(startedAt, endedAt);
  const hasUsage = usage !== null && usage.totalTokens > 0;
  const facts = [
    kind === 'message' ? null : t(kind === 'review' ? 'Review' : 'Compaction'),
    startedAt === null ? null : shortTime(startedAt),
    ms === null ? null : formatDuration(ms),
    model?.name ?? null,
    hasUsage ? t('{{number}} tokens', { number: formatCompact(usage.totalTokens) }) : null,
    cost === null ? null : t('cost {{cost}}', { cost }),
  ]
    .filter((fact) => fact !== null)
    .map(isolated);
  if (!hasUsage) return <span>{facts.join(' · ')}</span>;
  const rows: [string, string, isPart?: true][] = [
    [t('Input'), formatExact(usage.inputTokens)],
    [t('of which cached'), formatExact(usage.cachedInputTokens), true],
    [t('Output'), formatExact(usage.outputTokens)],
    [t('of which reasoning'), formatExact(usage.reasoningOutputTokens), true],
  ];
  if (startedAt) rows.unshift([t('Begun'), formatMinute(startedAt)]);
  if (cost !== null) rows.push([t('Cost, by the price of today'), cost]);
  return (
    <details className="min-w-0">
      <summary className="rounded-md px-1 hover:text-foreground" title={t('More about this turn')}>
        {facts.join(' · ')}
      </summary>
      <dl className="mt-1 grid w-max max-w-full grid-cols-[auto_auto] gap-x-4 gap-y-0.5 px-1">
        {rows.map(([label, value, isPart]) => (
          <div key={label} className="contents">
            <dt className={isPart ? 'ps-3' : ''}>{label}</dt>
            <dd className="text-end tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** With the day, where that is another one. */
function shortTime(at: string): string {
  const time = new Date(at);
  return time.toDateString() === new Date().toDateString() ? formatClock(time) : formatMinute(time);
}
