import { type FormEvent, useState } from 'react';
import type { GatewayKey, NewGatewayKey } from '../../api/types';
import { t, type Words, words } from '../../languages/text';
import { FIELD, textField } from '../shell/Page';

type Period = NonNullable<GatewayKey['budget']>['period'];

const PERIODS: readonly { period: Period; text: Words }[] = [
  { period: 'month', text: words('a month') },
  { period: 'day', text: words('a day') },
  { period: 'total', text: words('in all') },
];

interface KeyFormProps {
  /** The key that is changed; left out: a new one is described. */
  gatewayKey?: GatewayKey;
  submitLabel: string;
  onSubmit: (wanted: NewGatewayKey) => void;
}

/** What a key is for and what it may do. Empty: no limit. */
export function KeyForm({ gatewayKey: known, submitLabel, onSubmit }: KeyFormProps) {
  const [owner, setOwner] = useState<'user' | 'service'>('user');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit({ ...wishOf(new FormData(event.currentTarget)), owner });
  };
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-xl border p-3 sm:grid-cols-3 sm:items-end">
      <label className="text-sm font-medium sm:col-span-3">
        {t('What it is for')}
        <input name="name" required maxLength={200} defaultValue={known?.name} className={FIELD} />
      </label>
      {!known && (
        <>
          <label className="text-sm font-medium">
            {t('Whose')}
            <select
              className={FIELD}
              value={owner}
              onChange={(event) => setOwner(event.target.value === 'service' ? 'service' : 'user')}
            >
              <option value="user">{t('a user’s')}</option>
              <option value="service">{t('the service’s')}</option>
            </select>
          </label>
          {owner === 'user' && (
            <label className="text-sm font-medium sm:col-span-2">
              {t('Id of the user (empty: mine)')}
              <input name="userId" maxLength={200} className={FIELD} />
            </label>
          )}
        </>
      )}
      <label className="text-sm font-medium sm:col-span-3">
        {t('Models, by commas: backend or backend/model (empty: all)')}
        <input name="models" dir="ltr" defaultValue={known?.models?.join(', ')} className={FIELD} />
      </label>
      <NumberField name="requestsPerMinute" label={t('Requests a minute')} value={known?.requestsPerMinute} />
      <NumberField name="tokensPerMinute" label={t('Tokens a minute')} value={known?.tokensPerMinute} />
      <label className="text-sm font-medium">
        {t('Expires')}
        <input
          name="expiresAt"
          type="datetime-local"
          defaultValue={known?.expiresAt ? localTime(known.expiresAt) : ''}
          className={FIELD}
        />
      </label>
      <NumberField name="budget" label={t('Budget')} value={known?.budget?.amount} step="any" min={0} />
      <label className="text-sm font-medium">
        {t('Budget is for')}
        <select name="period" defaultValue={known?.budget?.period ?? 'month'} className={FIELD}>
          {PERIODS.map(({ period, text }) => (
            <option key={period} value={period}>
              {t(text)}
            </option>
          ))}
        </select>
      </label>
      <button className="button justify-self-start">{submitLabel}</button>
    </form>
  );
}

interface NumberFieldProps {
  name: string;
  label: string;
  value?: number | null;
  step?: string;
  min?: number;
}

function NumberField({ name, label, value, step = '1', min = 1 }: NumberFieldProps) {
  return (
    <label className="text-sm font-medium">
      {label}
      <input
        {...{ name, step, min }}
        type="number"
        placeholder={t('no limit')}
        defaultValue={value ?? ''}
        className={FIELD}
      />
    </label>
  );
}

function wishOf(form: FormData): Omit<NewGatewayKey, 'owner'> {
  const number = (name: string): number | null => (textField(form, name) === '' ? null : Number(textField(form, name)));
  const models = textField(form, 'models')
    .split(/[\s,]+/)
    .filter((model) => model !== '');
  const [userId, expiresAt, amount] = [textField(form, 'userId'), textField(form, 'expiresAt'), number('budget')];
  const period = PERIODS.find((each) => each.period === textField(form, 'period'))?.period ?? 'month';
  return {
    name: textField(form, 'name'),
    ...(userId !== '' && { userId }),
    models: models.length === 0 ? null : models,
    ...{ requestsPerMinute: number('requestsPerMinute'), tokensPerMinute: number('tokensPerMinute') },
    budget: amount === null ? null : { amount, period },
    expiresAt: expiresAt === '' ? null : new Date(expiresAt).toISOString(),
  };
}

/** As a field for a time takes it, in the zone of the browser. */
function localTime(time: string): string {
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
