import { type FormEvent, useState } from 'react';
import { accountApi } from '../../api/account-api';
import { describeError } from '../../api/problem';
import type { Account } from '../../api/types';
import { t } from '../../languages/text';
import { FIELD, Section } from '../shell/Page';

/** Changes one's password; other browsers are signed out by it. */
export function PasswordForm({ account }: { account: Account }) {
  const [outcome, setOutcome] = useState<{ isFault: boolean; text: string } | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string): string => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    };
    accountApi.changePassword({ currentPassword: text('current'), newPassword: text('next') }).then(
      () => {
        form.reset();
        setOutcome({ isFault: false, text: t('The password is changed; other browsers are signed out.') });
      },
      (error: unknown) => setOutcome({ isFault: true, text: describeError(error) }),
    );
  };
  return (
    <Section title={t('Password')}>
      {outcome && (
        <p role={outcome.isFault ? 'alert' : 'status'} className={`text-sm ${outcome.isFault ? 'text-danger' : ''}`}>
          {outcome.text}
        </p>
      )}
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        {/* So that the browser's own store knows whose password it is. */}
        <input hidden readOnly name="username" autoComplete="username" value={account.email ?? account.displayName} />
        <label className="text-sm font-medium">
          {t('Current password')}
          <input name="current" type="password" autoComplete="current-password" required className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('New password')}
          <input name="next" type="password" autoComplete="new-password" minLength={10} required className={FIELD} />
        </label>
        <button className="button justify-self-start">{t('Change')}</button>
      </form>
    </Section>
  );
}
