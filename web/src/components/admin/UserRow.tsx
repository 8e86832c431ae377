import { useState } from 'react';
import { adminApi } from '../../api/admin-api';
import { describeError } from '../../api/problem';
import type { AdminUser } from '../../api/types';
import { adminHash } from '../../browser/hash-route';
import { formatMinute } from '../../format/times';
import { t } from '../../languages/text';
import { useAccount } from '../../session/account';
import type { Paged } from '../../session/use-paged';
import { ConfirmDialog } from '../shell/ConfirmDialog';
import { Fault, ShownOnce } from '../shell/Page';
import { EraseForm } from './EraseForm';
import { LimitsEditor } from './LimitsEditor';
import { ROLE_WORDS, ROLES } from './roles';

interface UserRowProps {
  user: AdminUser;
  list: Paged<AdminUser>;
  /** Whether passwords are this service's. */
  hasPasswords: boolean;
}

export function UserRow({ user, list, hasPasswords }: UserRowProps) {
  const isSelf = user.id === useAccount()?.id;
  const [open, setOpen] = useState<'limits' | 'erase' | 'disable' | null>(null);
  const [link, setLink] = useState<{ label: string; value: string } | null>(null);
  const [said, setSaid] = useState<{ text: string; isFault: boolean } | null>(null);
  const fail = (error: unknown) => setSaid({ text: describeError(error), isFault: true });
  const change = (disabled: boolean) => list.change(adminApi.changeUser(user.id, { disabled }));
  const reset = () =>
    void adminApi.makeLink({ purpose: 'reset', userId: user.id }).then(
      ({ link: value, expiresAt }) =>
        setLink({
          label: t('A new password by this link, until {{time}}:', { time: formatMinute(expiresAt) }),
          value,
        }),
      fail,
    );
  const signOut = () =>
    void adminApi
      .endSessions(user.id)
      .then((count) => setSaid({ text: t('Signed out of {{count}} browsers.', { count }), isFault: false }), fail);
  return (
    <div className="grid grid-cols-1 gap-2">
      <UserHead user={user} isSelf={isSelf} list={list} />
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="button"
          aria-expanded={open === 'limits'}
          onClick={() => setOpen(open === 'limits' ? null : 'limits')}
        >
          {t('Limits')}
        </button>
        <a className="button" href={adminHash('usage', { userId: user.id })}>
          {t('Usage')}
        </a>
        <a className="button" href={adminHash('audit', { actorId: user.id })}>
          {t('Audit log')}
        </a>
        <button type="button" className="button" onClick={signOut}>
          {t('Sign out')}
        </button>
        {hasPasswords && (
          <button type="button" className="button" onClick={reset}>
            {t('New password')}
          </button>
        )}
        <a className="button" href={adminApi.exportAddress(user.id)} download>
          {t('Export')}
        </a>
        {!isSelf && (
          <>
            <button
              type="button"
              className="button"
              onClick={() => (user.disabledAt === null ? setOpen('disable') : change(false))}
            >
              {user.disabledAt === null ? t('Disable') : t('Enable')}
            </button>
            <button type="button" className="button text-danger" onClick={() => setOpen('erase')}>
              {t('Erase')}
            </button>
          </>
        )}
      </div>
      {said?.isFault && <Fault text={said.text} />}
      {said && !said.isFault && <p role="status">{said.text}</p>}
      {link && <ShownOnce {...link} />}
      {open === 'limits' && <LimitsEditor kind="users" id={user.id} />}
      {open === 'disable' && (
        <ConfirmDialog
          title={t('Disable {{name}}?', { name: user.displayName })}
          text={t('Nobody gets in as this user any more. What it has open ends, its running turns, too.')}
          confirmLabel={t('Disable')}
          onConfirm={() => change(true)}
          onClose={() => setOpen(null)}
        />
      )}
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

function UserHead({ user, isSelf, list }: { user: AdminUser; isSelf: boolean; list: Paged<AdminUser> }) {
  const seen = user.lastSeenAt;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="min-w-40 flex-1">
        <p className="font-medium break-words">
          <bdi>{user.displayName}</bdi>
          {isSelf && <span className="font-normal text-muted-foreground"> {t('(you)')}</span>}
        </p>
        <p className="break-words text-muted-foreground">
          {user.email ?? user.id}
          {' · '}
          {seen === null ? t('not seen') : t('last seen {{time}}', { time: formatMinute(seen) })}
          {user.disabledAt && (
            <span className="text-danger">
              {' · '}
              {t('disabled since {{time}}', { time: formatMinute(user.disabledAt) })}
            </span>
          )}
        </p>
      </div>
      <select
        aria-label={t('Role of {{name}}', { name: user.displayName })}
        value={user.role}
        disabled={isSelf}
        className="max-w-full rounded-lg border bg-background px-2 py-1.5 text-sm"
        onChange={({ target }) => {
          const role = ROLES.find((each) => each === target.value);
          if (role) list.change(adminApi.changeUser(user.id, { role }));
        }}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(ROLE_WORDS[role])}
          </option>
        ))}
      </select>
    </div>
  );
}
