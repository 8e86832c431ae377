import { type FormEvent, useRef, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { AdminUser } from '../../api/types';
import { useAccount } from '../../session/account';
import type { Paged } from '../../session/use-paged';
import { FIELD, moment, ShownOnce } from '../shell/Page';
import { LimitsEditor } from './LimitsEditor';

interface UserRowProps {
  user: AdminUser;
  list: Paged<AdminUser>;
  /** Whether passwords are this service's. */
  hasPasswords: boolean;
}

export function UserRow({ user, list, hasPasswords }: UserRowProps) {
  const me = useAccount();
  const [open, setOpen] = useState<'limits' | 'erase' | null>(null);
  const [shown, setShown] = useState<{ label: string; value: string } | null>(null);
  const isSelf = user.id === me?.id;
  const reset = () =>
    void adminApi.makeLink({ purpose: 'reset', userId: user.id }).then(
      ({ link, expiresAt }) =>
        setShown({ label: `A new password by this link, until ${moment(expiresAt)}:`, value: link }),
      (error: unknown) => setShown({ label: 'No link could be made:', value: describeError(error) }),
    );
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-40 flex-1">
          <p className="font-medium break-words">
            {user.displayName}
            {isSelf && <span className="font-normal text-muted-foreground"> (you)</span>}
          </p>
          <p className="break-all text-muted-foreground">
            {user.email ?? user.id}
            {user.disabledAt && <span className="text-danger"> · disabled since {moment(user.disabledAt)}</span>}
          </p>
        </div>
        <select
          aria-label={`Role of ${user.displayName}`}
          value={user.role}
          disabled={isSelf}
          className="rounded-lg border bg-background px-2 py-1.5 text-sm"
          onChange={(event) =>
            list.change(adminApi.changeUser(user.id, { role: event.target.value as AdminUser['role'] }))
          }
        >
          <option>viewer</option>
          <option>member</option>
          <option>admin</option>
        </select>
      </div>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={() => setOpen(open === 'limits' ? null : 'limits')}>
          Limits
        </button>
        {hasPasswords && (
          <button type="button" className="button" onClick={reset}>
            New password
          </button>
        )}
        <a className="button" href={adminApi.exportAddress(user.id)} download>
          Export
        </a>
        {!isSelf && (
          <>
            <button
              type="button"
              className="button"
              onClick={() => list.change(adminApi.changeUser(user.id, { disabled: user.disabledAt === null }))}
            >
              {user.disabledAt === null ? 'Disable' : 'Enable'}
            </button>
            <button type="button" className="button text-danger" onClick={() => setOpen('erase')}>
              Erase
            </button>
          </>
        )}
      </div>
      {shown && <ShownOnce {...shown} />}
      {open === 'limits' && <LimitsEditor kind="users" id={user.id} />}
      {open === 'erase' && (
        <EraseForm
          name={user.displayName}
          onErase={() => list.change(adminApi.eraseUser(user.id))}
          onCancel={() => setOpen(null)}
        />
      )}
    </div>
  );
}

interface EraseFormProps {
  name: string;
  onErase: () => void;
  onCancel: () => void;
}

/** What is erased does not come back, so its name is to be written. */
function EraseForm({ name, onErase, onCancel }: EraseFormProps) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (field.current?.value.trim() === name.trim()) onErase();
    else field.current?.setCustomValidity('This is another name.');
    field.current?.reportValidity();
  };
  return (
    <form onSubmit={submit} className="grid gap-2 rounded-lg border border-danger/50 p-3">
      <label>
        Chats, files, tokens and all that was said by this user are erased. Write <strong>{name}</strong> to go on:
        <input
          ref={field}
          required
          autoComplete="off"
          className={FIELD}
          onChange={(event) => event.target.setCustomValidity('')}
        />
      </label>
      <div className="flex gap-2">
        <button className="button button-danger">Erase for good</button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
