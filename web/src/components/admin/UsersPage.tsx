import { useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { AdminUser } from '../../api/types';
import { t } from '../../languages/text';
import { useAccount } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { useSettled } from '../../session/use-settled';
import { FIELD, Rows, Section } from '../shell/Page';
import type { AdminTabProps } from './admin-tab-props';
import { Invitation } from './Invitation';
import { ROLE_WORDS, ROLES } from './roles';
import { UserRow } from './UserRow';

/** Everybody who has an account here: found, changed, limited, signed out, exported, erased. */
export function UsersPage({ search: said, onSearch }: AdminTabProps) {
  const account = useAccount();
  const [typed, setTyped] = useState(said.get('search') ?? '');
  const search = useSettled(typed.trim());
  const role = said.get('role') ?? '';
  const disabled = said.get('disabled') === 'true';
  const list = usePaged<AdminUser>(
    useCallback(
      (query: PageQuery) =>
        adminApi.users({ ...query, ...(search && { search }), ...(role && { role }), ...(disabled && { disabled }) }),
      [search, role, disabled],
    ),
  );
  return (
    <>
      {account?.method === 'Local' && <Invitation />}
      <Section title={t('Users')}>
        <div className="grid gap-3 sm:grid-cols-[1fr_auto_auto] sm:items-end">
          <label className="text-sm font-medium">
            {t('Find by id, name or address')}
            <input
              type="search"
              maxLength={200}
              className={FIELD}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          <label className="text-sm font-medium">
            {t('Role')}
            <select className={FIELD} value={role} onChange={(event) => onSearch({ role: event.target.value })}>
              <option value="">{t('any')}</option>
              {ROLES.map((each) => (
                <option key={each} value={each}>
                  {t(ROLE_WORDS[each])}
                </option>
              ))}
            </select>
          </label>
          <label className="flex items-center gap-2 pb-2 text-sm">
            <input
              type="checkbox"
              checked={disabled}
              onChange={(event) => onSearch({ disabled: event.target.checked ? 'true' : '' })}
            />
            {t('only disabled ones')}
          </label>
        </div>
        <Rows list={list} keyOf={({ id }) => id} nothing={t('Nobody.')}>
          {(user) => <UserRow user={user} list={list} hasPasswords={account?.method === 'Local'} />}
        </Rows>
      </Section>
    </>
  );
}
