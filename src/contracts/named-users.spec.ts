import type { AuditLog } from '../access/audit/audit-log';
import { DEFAULT_USER, type Principal } from '../auth/principal';
import { newUser } from '../auth/user.entity';
import type { Users } from '../auth/users';
import { NamedUsers } from './named-users';

const ada: Principal = {
  id: 'ada',
  displayName: 'Ada',
  role: 'member',
  isAdmin: false,
  via: 'user-token',
  tokenId: 't',
};
const admin: Principal = { ...ada, id: 'root', role: 'admin', isAdmin: true };
const row = (id: string, change = {}) => newUser({ id, displayName: id, createdAt: '', ...change });

describe('whom a call acts as that names a user', () => {
  const recorded: unknown[] = [];
  const known = new Map(
    [row('ben'), row('eve', { disabledAt: 'then' }), row('max', { role: 'admin' })].map((u) => [u.id, u]),
  );
  const users = {
    find: (id: string) => Promise.resolve(known.get(id) ?? null),
    ensureNamed: (id: string) => Promise.resolve(row(id)),
  } as unknown as Users;
  const audit = { record: (entry: unknown) => void recorded.push(entry) } as unknown as AuditLog;
  const named = new NamedUsers(users, audit);
  beforeEach(() => recorded.splice(0));

  it.each([undefined, '', 'ada'])('is the caller, where it names %s', async (name) => {
    expect(await named.callerAs(ada, name)).toBe(ada);
  });

  it('is nobody else for who is no administrator, whether there is such a user or not', async () => {
    for (const name of ['ben', 'nobody']) {
      await expect(named.callerAs(ada, name)).rejects.toMatchObject({ status: 403, code: 'foreign_user_id' });
    }
    // A token of an administrator that does not reach so far.
    const chatOnly = { ...admin, isAdmin: false, scopes: ['chat'] as const };
    await expect(named.callerAs(chatOnly, 'ben')).rejects.toMatchObject({ code: 'foreign_user_id' });
  });

  it('is for an administrator who is named, with no more rights than that user has, and is noted', async () => {
    expect(await named.callerAs(admin, 'ben')).toMatchObject({
      id: 'ben',
      role: 'member',
      isAdmin: false,
      tokenId: 't',
    });
    expect(await named.callerAs(admin, 'max')).toMatchObject({ id: 'max', isAdmin: false });
    expect(recorded).toMatchObject([{ action: 'user.acted_as', by: admin, target: { id: 'ben' } }, {}]);
  });

  it.each(['nobody', 'eve'])('is not %s, who is not there or disabled', async (name) => {
    await expect(named.callerAs(admin, name)).rejects.toMatchObject({ status: 404, code: 'user_not_found' });
  });

  it('is made where callers have no names of their own', async () => {
    expect(await named.callerAs(DEFAULT_USER, 'user-123')).toMatchObject({ id: 'user-123', isAdmin: false });
    expect(recorded).toEqual([]);
  });
});
