import type { AdminUser } from '../../api/types';
import { type Words, words } from '../../languages/text';

export const ROLES = ['viewer', 'member', 'admin'] as const satisfies readonly AdminUser['role'][];

export const ROLE_WORDS: Record<AdminUser['role'], Words> = {
  viewer: words('viewer: reads'),
  member: words('member: works'),
  admin: words('admin: administers'),
};
