import { DomainError } from '../common/domain.error';
import { Principal, Role, Scope } from './principal';

/**
 * What a call needs: to read chats, to change them, to ask models at `/v1`, to see what an account is, to change one's own
 * account, to administer the service.
 */
export const PERMISSIONS = ['chat:read', 'chat:write', 'gateway:use', 'account:read', 'account', 'admin'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const PERMISSIONS_OF_ROLE: Readonly<Record<Role, readonly Permission[]>> = {
  admin: PERMISSIONS,
  member: ['chat:read', 'chat:write', 'gateway:use', 'account:read', 'account'],
  viewer: ['chat:read', 'account:read', 'account'],
};

/** No scope has `account`: a token that is lost must make no other token. */
const PERMISSIONS_OF_SCOPE: Readonly<Record<Scope, readonly Permission[]>> = {
  read: ['chat:read', 'account:read'],
  chat: ['chat:read', 'chat:write', 'account:read'],
  gateway: ['gateway:use', 'account:read'],
  admin: ['admin', 'account:read'],
};

/** Whether the caller's role has the permission, and the scopes of its token, where it has called with one. */
export function allows({ role, scopes }: Pick<Principal, 'role' | 'scopes'>, permission: Permission): boolean {
  const isInScope = scopes?.some((scope) => PERMISSIONS_OF_SCOPE[scope].includes(permission)) ?? true;
  return isInScope && PERMISSIONS_OF_ROLE[role].includes(permission);
}

/** @throws DomainError 403 `admin_only` or `permission_denied` */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (allows(principal, permission)) return;
  if (permission === 'admin') throw new DomainError(403, 'admin_only', 'Only an administrator may do this.');
  const limit = principal.scopes === undefined ? `the role ${principal.role}` : `a token for ${scopesOf(principal)}`;
  throw new DomainError(
    403,
    'permission_denied',
    `This needs the permission ${permission}, which ${limit} does not have.`,
  );
}

const scopesOf = ({ scopes = [] }: Principal): string => scopes.join(', ');
