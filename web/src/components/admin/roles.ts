import type { AdminUser } from '../../api/types';
import { type Words, words } from '../../languages/text';

export const ROLES = ['viewer', 'member', 'admin'] as const satisfies readonly AdminUser['role'][];

export const ROLE_WORDS: Record<AdminUser['role'], Words> = {
  viewer: words('viewer: reads'),
  member: words('member: works'),
  admin: words('admin: administers'),
};

/** Where it says what somebody is, and not what they may. */
export const ROLE_NAMES: Record<AdminUser['role'], Words> = {
  viewer: words('viewer'),
  member: words('member'),
  admin: words('admin'),
};
