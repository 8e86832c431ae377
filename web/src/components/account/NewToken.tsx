import { type FormEvent, useState } from 'react';
import type { Account, NewUserToken } from '../../api/types';
import { t, type Words, words } from '../../languages/text';
import { FIELD, textField } from '../shell/Page';

type Scope = NewUserToken['scopes'][number];

const SCOPES: readonly { name: Scope; text: Words }[] = [
  { name: 'read', text: words('Read chats') },
  { name: 'chat', text: words('Use chats') },
  { name: 'gateway', text: words('Ask models') },
  { name: 'admin', text: words('Administer') },
];
const DAY_MS = 86_400_000;

/** What a new token is called, what it may do, and until when. */
export function NewToken({ account, onCreate }: { account: Account; onCreate: (wanted: NewUserToken) => void }) {
  const [isOdd, setIsOdd] = useState(false);
  const offered = SCOPES.filter(({ name }) => name !== 'admin' || account.role === 'admin');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const days = Number(fields.get('days'));
    const scopes = offered.map(({ name }) => name).filter((name) => fields.has(name));
    setIsOdd(scopes.length === 0);
    if (scopes.length === 0) return;
    const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    onCreate({ name: textField(fields, 'name'), scopes, expiresAt });
  };
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-xl border p-3" aria-label={t('New token')}>
      <div className="grid gap-3 sm:grid-cols-[1fr_auto]">
        <label className="text-sm font-medium">
          {t('Name')}
          <input name="name" required maxLength={100} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('Expires')}
          <select name="days" defaultValue="90" className={FIELD}>
            <option value="7">{t('in a week')}</option>
            <option value="30">{t('in 30 days')}</option>
            <option value="90">{t('in 90 days')}</option>
            <option value="365">{t('in a year')}</option>
            <option value="0">{t('never')}</option>
          </select>
        </label>
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
        <legend className="mb-1 text-sm font-medium">{t('What it may do')}</legend>
        {offered.map(({ name, text }) => (
          <label key={name} className="flex items-center gap-2 text-sm">
            <input type="checkbox" name={name} defaultChecked={name === 'chat'} /> {t(text)}
          </label>
        ))}
      </fieldset>
      {isOdd && (
        <p role="alert" className="text-sm text-danger">
          {t('Choose what it may do.')}
        </p>
      )}
      <button className="button justify-self-start">{t('Make a token')}</button>
    </form>
  );
}
