import { User } from './user';

/** What a user may do in the whole service; see PERMISSIONS_OF_ROLE. */
export const ROLES = ['admin', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What a user's token may do at most; never more than its user. */
export const SCOPES = ['read', 'chat', 'gateway', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** How a caller has said who it is. */
export type Via = 'none' | 'token' | 'session' | 'user-token' | 'oidc' | 'keycloak';

/** Whoever calls: a user, and how far this call of it may go. */
export interface Principal extends User {
  readonly displayName: string;
  readonly role: Role;
  readonly via: Via;
  /** Of a user's token; undefined: all that the role may. */
  readonly scopes?: readonly Scope[];
  readonly tokenId?: string;
  readonly sessionId?: string;
  /** Unix milliseconds; from then on it is nobody any more. */
  readonly expiresAt?: number;
}

/**
 * Rows of users that nobody is, and nobody can sign in or be named as (`~` is in no id of a user): whose the service's own
 * gateway keys and their calls are, and whose the calls were of users that are erased.
 */
export const SERVICE_OWNER = '~service';
export const ERASED_OWNER = '~erased';
export const NOBODY: Readonly<Record<string, string>> = {
  [SERVICE_OWNER]: 'The service',
  [ERASED_OWNER]: 'Erased users',
};

/** Every caller while nobody signs in with a name of their own; its row always exists. */
export const DEFAULT_USER: Principal = {
  ...{ id: 'default', displayName: 'Default user', role: 'admin', isAdmin: true, via: 'none' },
};
