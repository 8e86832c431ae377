import type { Limit } from '../../api/types';
import { formatMoney } from '../../format/money';
import { formatBytes, formatExact } from '../../format/quantities';
import { useAccount } from '../../session/account';
import { Meter } from './Meter';
import { moment } from './Page';
import { t, type Words, words } from '../../languages/text';

type Name = Limit['limit'];

export const LIMIT_WORDS: Record<Name, Words> = {
  turns_at_once: words('Turns at once'),
  turns_per_minute: words('Turns a minute'),
  tokens_per_day: words('Tokens a day'),
  tokens_per_month: words('Tokens a month'),
  cost_per_day: words('Cost a day'),
  cost_per_month: words('Cost a month'),
  storage: words('Storage'),
};

const MIB = 1_048_576;
/** Of what the server counts in: money in millionths, storage in bytes. */
export const LIMIT_UNITS: Partial<Record<Name, { size: number; word: string }>> = {
  cost_per_day: { size: 1_000_000, word: '' },
  cost_per_month: { size: 1_000_000, word: '' },
  storage: { size: MIB, word: 'MiB' },
};

function amount(name: Name, value: number, currency: string): string {
  if (name === 'storage') return formatBytes(value);
  const unit = LIMIT_UNITS[name];
  return unit ? formatMoney(value / unit.size, currency) : formatExact(value);
}

/** How much of each limit is used. */
export function Limits({ limits }: { limits: readonly Limit[] }) {
  const currency = useAccount()?.currency ?? 'USD';
  return (
    <ul className="divide-y rounded-xl border">
      {limits.map(({ limit, maximum, used, resetsAt }) => (
        <li key={limit} className="px-3 py-2.5 text-sm">
          <div className="flex flex-wrap justify-between gap-x-3">
            <span>{t(LIMIT_WORDS[limit])}</span>
            <span className="text-muted-foreground">
              {maximum === null
                ? t('{{used}}, without a limit', { used: amount(limit, used, currency) })
                : t('{{used}} of {{maximum}}', {
                    used: amount(limit, used, currency),
                    maximum: amount(limit, maximum, currency),
                  })}
            </span>
          </div>
          {maximum !== null && maximum > 0 && <Meter label={t(LIMIT_WORDS[limit])} value={used} maximum={maximum} />}
          {resetsAt && maximum !== null && (
            <p className="mt-0.5 text-xs text-muted-foreground">
              {t('counts anew {{time}}', { time: moment(resetsAt) })}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
