import type { GatewayKey } from '../../api/types';
import { formatMoney } from '../../format/money';
import { formatExact } from '../../format/quantities';
import { formatMinute } from '../../format/times';
import { isolated, t, type Words, words } from '../../languages/text';
import { useAccount } from '../../session/account';
import { Meter } from '../shell/Meter';

const PERIODS: Record<NonNullable<GatewayKey['budget']>['period'], Words> = {
  total: words('in all'),
  day: words('a day'),
  month: words('a month'),
};

/** What a gateway key is, may and has spent. */
export function KeyFacts({ gatewayKey: key, showsOwner = false }: { gatewayKey: GatewayKey; showsOwner?: boolean }) {
  const currency = useAccount()?.currency ?? 'USD';
  const { budget, spent } = key;
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">
        <bdi>{key.name}</bdi>{' '}
        <code dir="ltr" className="font-normal text-muted-foreground">
          …{key.last4}
        </code>
        {!key.enabled && <span className="font-normal text-danger"> · {t('switched off')}</span>}
      </p>
      <p className="break-words text-muted-foreground">{factsOf(key, showsOwner).map(isolated).join(' · ')}</p>
      <p className="text-muted-foreground">
        {budget === null
          ? t('spent {{money}}', { money: formatMoney(spent, currency) })
          : t('spent {{money}} of {{budget}} ({{period}})', {
              ...{ money: formatMoney(spent, currency), budget: formatMoney(budget.amount, currency) },
              period: t(PERIODS[budget.period]),
            })}
      </p>
      {budget !== null && budget.amount > 0 && (
        <Meter label={t('Budget of {{key}}', { key: key.name })} value={spent} maximum={budget.amount} />
      )}
    </div>
  );
}

function factsOf(key: GatewayKey, showsOwner: boolean): string[] {
  const { owner, models, requestsPerMinute, tokensPerMinute, expiresAt, lastUsedAt } = key;
  const whose = owner.kind === 'service' ? t('of the service') : owner.displayName;
  return [
    ...(showsOwner ? [whose] : []),
    models === null ? t('all models') : models.join(', '),
    ...(requestsPerMinute === null
      ? []
      : [t('{{number}} requests a minute', { number: formatExact(requestsPerMinute) })]),
    ...(tokensPerMinute === null ? [] : [t('{{number}} tokens a minute', { number: formatExact(tokensPerMinute) })]),
    ...(expiresAt === null ? [] : [t('until {{time}}', { time: formatMinute(expiresAt) })]),
    lastUsedAt === null ? t('never used') : t('last used {{time}}', { time: formatMinute(lastUsedAt) }),
  ];
}
