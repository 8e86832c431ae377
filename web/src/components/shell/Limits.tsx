import type { Limit } from '../../api/types';
import { moment } from './Page';

type Name = Limit['limit'];

export const LIMIT_WORDS: Record<Name, string> = {
  turns_at_once: 'Turns at once',
  turns_per_minute: 'Turns a minute',
  tokens_per_day: 'Tokens a day',
  tokens_per_month: 'Tokens a month',
  cost_per_day: 'Cost a day',
  cost_per_month: 'Cost a month',
  storage: 'Storage',
};

const MIB = 1_048_576;
/** Of what the server counts in: money in millionths, storage in bytes. */
export const LIMIT_UNITS: Partial<Record<Name, { size: number; word: string }>> = {
  cost_per_day: { size: 1_000_000, word: '' },
  cost_per_month: { size: 1_000_000, word: '' },
  storage: { size: MIB, word: 'MiB' },
};

function amount(name: Name, value: number): string {
  const unit = LIMIT_UNITS[name];
  if (!unit) return value.toLocaleString();
  return `${(value / unit.size).toLocaleString(undefined, { maximumFractionDigits: 2 })} ${unit.word}`.trim();
}

/** How much of each limit is used. */
export function Limits({ limits }: { limits: readonly Limit[] }) {
  return (
    <ul className="divide-y rounded-xl border">
      {limits.map(({ limit, maximum, used, resetsAt }) => (
        <li key={limit} className="px-3 py-2.5 text-sm">
          <div className="flex flex-wrap justify-between gap-x-3">
            <span>{LIMIT_WORDS[limit]}</span>
            <span className="text-muted-foreground">
              {amount(limit, used)} of {maximum === null ? 'no limit' : amount(limit, maximum)}
            </span>
          </div>
          {maximum !== null && maximum > 0 && (
            <progress
              aria-label={LIMIT_WORDS[limit]}
              className="mt-1.5 h-1.5 w-full overflow-hidden rounded-full accent-primary"
              max={maximum}
              value={Math.min(used, maximum)}
            />
          )}
          {resetsAt && maximum !== null && (
            <p className="mt-0.5 text-xs text-muted-foreground">counts anew {moment(resetsAt)}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
