import { useCallback, useState } from 'react';
import { adminApi } from '../../api/admin-api';
import type { PageQuery } from '../../api/projects-api';
import type { AdminUser } from '../../api/types';
import { useAccount } from '../../session/account';
import { usePaged } from '../../session/use-paged';
import { FIELD, Rows, Section } from '../shell/Page';
import { Invitation } from './Invitation';
import { UserRow } from './UserRow';

/** Everybody who has an account here: found, changed, limited, exported, erased. */
export function UsersPage() {
  const account = useAccount();
  const [search, setSearch] = useState('');
  const [disabled, setDisabled] = useState(false);
  const list = usePaged<AdminUser>(
    useCallback(
      (query: PageQuery) => adminApi.users({ ...query, ...(search && { search }), ...(disabled && { disabled }) }),
      [search, disabled],
    ),
  );
  return (
    <>
      {account?.method === 'Local' && <Invitation />}
      <Section title="Users">
        <div className="flex flex-wrap items-end gap-3">
          <label className="min-w-48 flex-1 text-sm font-medium">
            Find by id, name or address
            <input
              type="search"
              maxLength={200}
              className={FIELD}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
          <label className="flex items-center gap-2 pb-2 text-sm">
            <input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.target.checked)} />
            only disabled ones
          </label>
        </div>
        <Rows list={list} keyOf={({ id }) => id} nothing="Nobody.">
          {(user) => <UserRow user={user} list={list} hasPasswords={account?.method === 'Local'} />}
        </Rows>
      </Section>
    </>
  );
}
