import { Injectable } from '@nestjs/common';
import { AuditLog } from '../access/audit/audit-log';
import type { Principal } from '../auth/principal';
import { principalOf, Users } from '../auth/users';
import { DomainError, notFound } from '../common/domain.error';

/** Callers that are nobody in particular: whom they name is made at the first use, as by `ALLOW_USER_ID_OVERRIDE`. */
const WITHOUT_NAME: readonly Principal['via'][] = ['none', 'token'];

const FOREIGN_USER = new DomainError(
  403,
  'foreign_user_id',
  'user_id names somebody else than whoever calls; only an administrator may do that. Leave it out, or name yourself.',
);

/** Whose the chats are that a call of an earlier contract is about, where the call says so by `user_id`. */
@Injectable()
export class NamedUsers {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Who a call is done as: the caller, or whom an administrator names. What an administrator does as somebody is limited to what
   * that user may do, and is in the audit log where the administrator is a person who is known.
   *
   * @param named `user_id` of the call; undefined or empty: none
   * @throws DomainError 403 `foreign_user_id`, 404 `user_not_found`, 400 `invalid_user_id`
   */
  async callerAs(caller: Principal, named: string | undefined): Promise<Principal> {
    if (named === undefined || named === '' || named === caller.id) return caller;
    if (!caller.isAdmin) throw FOREIGN_USER;
    const isNobody = WITHOUT_NAME.includes(caller.via);
    const user = isNobody ? await this.users.ensureNamed(named) : await this.users.find(named);
    if (user === null || user.disabledAt !== null) throw notFound('user', named);
    if (!isNobody) this.audit.record({ action: 'user.acted_as', by: caller, target: { kind: 'user', id: user.id } });
    const { via, scopes, tokenId, sessionId, expiresAt } = caller;
    return { ...principalOf(user, { via, scopes, tokenId, sessionId, expiresAt }), isAdmin: false };
  }
}
