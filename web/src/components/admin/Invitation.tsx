import { type FormEvent, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { NewAccountLink } from '../../api/types';
import { Fault, FIELD, moment, Section, ShownOnce, textField } from '../shell/Page';

/** A link by which somebody makes an account of their own. */
export function Invitation() {
  const [link, setLink] = useState<{ link: string; expiresAt: string } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const login = textField(form, 'login');
    const role = textField(form, 'role') as NewAccountLink['role'];
    setError(null);
    adminApi
      .makeLink({ purpose: 'invitation', role, ...(login && { login }) })
      .then(setLink, (cause: unknown) => setError(describeError(cause)));
  };
  return (
    <Section title="Invite" text="Send the link to whoever shall have an account; it works once.">
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-[1fr_auto_auto] sm:items-end">
        <label className="text-sm font-medium">
          Name to sign in with (empty: they choose it)
          <input name="login" maxLength={100} className={FIELD} />
        </label>
        <label className="text-sm font-medium">
          Role
          <select name="role" defaultValue="member" className={FIELD}>
            <option value="viewer">viewer: reads</option>
            <option value="member">member: works</option>
            <option value="admin">admin: administers</option>
          </select>
        </label>
        <button className="button">Make a link</button>
      </form>
      <Fault text={error} />
      {link && <ShownOnce label={`Until ${moment(link.expiresAt)}, shown only now:`} value={link.link} />}
    </Section>
  );
}
