import { type FormEvent, useState } from 'react';
import { type DayRange, isRange, lastDays, MOST_DAYS } from '../../format/day-range';
import { t, type Words, words } from '../../languages/text';
import { TIME_ZONE } from '../../session/use-usage';
import { FIELD, textField } from '../shell/Page';

const CHOICES: readonly { days: number; text: Words }[] = [
  { days: 7, text: words('7 days') },
  { days: 30, text: words('30 days') },
  { days: 90, text: words('90 days') },
  { days: 365, text: words('A year') },
];

interface RangeFormProps {
  range: DayRange;
  today: string;
  /** What the address is to say of it. */
  onChange: (search: { days: string; from: string; to: string }) => void;
}

/** Which days are looked at. */
export function RangeForm({ range, today, onChange }: RangeFormProps) {
  const [isOdd, setIsOdd] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wanted = { from: textField(form, 'from'), to: textField(form, 'to') };
    setIsOdd(!isRange(wanted));
    if (isRange(wanted)) onChange({ days: '', ...wanted });
  };
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2" role="group" aria-label={t('Time')}>
        {CHOICES.map(({ days, text }) => {
          const { from, to } = lastDays(days, today);
          return (
            <button
              key={days}
              type="button"
              className="button aria-pressed:border-primary aria-pressed:bg-muted"
              aria-pressed={range.from === from && range.to === to}
              onClick={() => onChange({ days: String(days), from: '', to: '' })}
            >
              {t(text)}
            </button>
          );
        })}
      </div>
      <form
        key={`${range.from} ${range.to}`}
        onSubmit={submit}
        className="grid grid-cols-1 items-end gap-3 min-[22rem]:grid-cols-2 sm:grid-cols-[10rem_10rem_auto_1fr]"
      >
        <label className="text-sm font-medium">
          {t('From')}
          <input name="from" type="date" required max={today} defaultValue={range.from} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('Through')}
          <input name="to" type="date" required defaultValue={range.to} className={FIELD} />
        </label>
        <button className="button justify-self-start">{t('Show')}</button>
        <span className="self-end pb-2 text-xs text-muted-foreground">
          {t('Days as in {{zone}}', { zone: TIME_ZONE })}
        </span>
      </form>
      {isOdd && (
        <p role="alert" className="text-sm text-danger">
          {t('The first day has to come before the last, by {{days}} days at most.', { days: MOST_DAYS })}
        </p>
      )}
    </div>
  );
}
