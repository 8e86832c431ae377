import { type FormEvent, useState } from 'react';
import { accountApi } from '../../api/account-api';
import { describeError } from '../../api/problem';
import { FIELD } from '../shell/Page';

/** Changes one's password; other browsers are signed out by it. */
export function PasswordForm() {
  const [outcome, setOutcome] = useState<{ isFault: boolean; text: string } | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const text = (name: string) => (fields.get(name) as string | null) ?? '';
    accountApi.changePassword({ currentPassword: text('current'), newPassword: text('next') }).then(
      () => {
        form.reset();
        setOutcome({ isFault: false, text: 'The password is changed; other browsers are signed out.' });
      },
      (error: unknown) => setOutcome({ isFault: true, text: describeError(error) }),
    );
  };
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title" className="font-semibold">
        Password
      </h2>
      {outcome && (
        <p
          role={outcome.isFault ? 'alert' : 'status'}
          className={`mt-2 text-sm ${outcome.isFault ? 'text-danger' : ''}`}
        >
          {outcome.text}
        </p>
      )}
      <form onSubmit={submit} className="mt-2 grid gap-3 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
        <label className="text-sm font-medium">
          Current password
          <input name="current" type="password" autoComplete="current-password" required className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          New password
          <input name="next" type="password" autoComplete="new-password" minLength={10} required className={FIELD} />
        </label>
        <button className="button">Change</button>
      </form>
    </section>
  );
}
