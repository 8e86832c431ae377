import { type FormEvent, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import { formatMinute } from '../../format/times';
import { t } from '../../languages/text';
import { Fault, FIELD, Section, ShownOnce, textField } from '../shell/Page';
import { ROLE_WORDS, ROLES } from './roles';

/** A link by which somebody makes an account of their own. */
export function Invitation() {
  const [link, setLink] = useState<{ link: string; expiresAt: string } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const login = textField(form, 'login');
    const role = ROLES.find((each) => each === textField(form, 'role'));
    setError(null);
    adminApi
      .makeLink({ purpose: 'invitation', role, ...(login && { login }) })
      .then(setLink, (cause: unknown) => setError(describeError(cause)));
  };
  return (
    <Section title={t('Invite')} text={t('Send the link to whoever shall have an account; it works once.')}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_auto_auto] sm:items-end">
        <label className="text-sm font-medium">
          {t('Name to sign in with (empty: they choose it)')}
          <input name="login" maxLength={100} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          {t('Role of the new account')}
          <select name="role" defaultValue="member" className={FIELD}>
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(ROLE_WORDS[role])}
              </option>
            ))}
          </select>
        </label>
        <button className="button justify-self-start">{t('Make a link')}</button>
      </form>
      <Fault text={error} />
      {link && (
        <ShownOnce
          label={t('Until {{time}}, shown only now:', { time: formatMinute(link.expiresAt) })}
          value={link.link}
        />
      )}
    </Section>
  );
}
