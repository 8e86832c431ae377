import type { UsageSum } from '../../api/types';
import { formatMoney } from '../../format/money';
import { formatCompact, formatExact } from '../../format/quantities';
import { t, type Words, words } from '../../languages/text';

/** What plots and tables are about. */
export const METRICS = ['cost', 'tokens', 'calls'] as const;
export type Metric = (typeof METRICS)[number];

export const METRIC_WORDS: Record<Metric, Words> = {
  cost: words('Cost'),
  tokens: words('Tokens'),
  calls: words('Calls'),
};

export const isMetric = (text: string | null): text is Metric => METRICS.some((metric) => metric === text);

export function valueOf(metric: Metric, sum: UsageSum): number {
  if (metric === 'cost') return sum.cost;
  return metric === 'tokens' ? sum.totalTokens : sum.calls;
}

/** @param currency ISO 4217 */
export function formatMetric(metric: Metric, value: number, currency: string): string {
  return metric === 'cost' ? formatMoney(value, currency) : formatExact(value);
}

/** Where there is little room. */
export const formatShort = (metric: Metric, value: number, currency: string): string =>
  metric === 'cost' ? formatMoney(value, currency) : formatCompact(value);

/** What a sum is called by what it is summed by. */
export type Group = 'backend' | 'model' | 'user' | 'key';

export const GROUP_WORDS: Record<Group, Words> = {
  backend: words('Backend'),
  model: words('Model'),
  user: words('User'),
  key: words('Gateway key'),
};

/** @param keys names of gateway keys by their ids */
export function nameOf(group: Group, sum: UsageSum, keys: ReadonlyMap<string, string>): string {
  switch (group) {
    case 'backend':
      return sum.backend ?? '';
    case 'model':
      return [sum.backend, sum.model].filter(Boolean).join(' · ');
    case 'user':
      return sum.owner?.displayName ?? sum.userId ?? '';
    case 'key':
      return sum.keyId ? (keys.get(sum.keyId) ?? t('A key that was deleted')) : t('Without a key');
  }
}

/** What tells one sum from another where names do not. */
export const idOf = ({ userId, backend, model, keyId }: UsageSum): string =>
  JSON.stringify([userId, backend, model, keyId]);
