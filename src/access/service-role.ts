import { User } from '../auth/user';
import { DomainError } from '../common/domain.error';

/** Whether the user may only read, whatever their role in a project is. */
export const isReader = (user: User): boolean => 'role' in user && user.role === 'viewer';

/** What such a user is told who wants to make something. */
export const READER = new DomainError(403, 'read_only', 'You may only read: an administrator can change your role.');
