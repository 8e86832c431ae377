import { Isolation } from '../../config/pool.config';
import { GroupKey, SHARED } from '../../runtime/group-key';

/** Whom a turn is for. To the pool these are names without a meaning. */
export interface Tenant {
  /** Users are served in turn, and have a group of their own under `CODEX_ISOLATION=user`. */
  readonly userId: string;
  /** Has a process of its own under `CODEX_ISOLATION=session`. */
  readonly chatId: string;
}

/** For callers that name nobody. */
export const NOBODY: Tenant = { userId: 'default', chatId: 'default' };

/** The group that serves the tenant. */
export function groupKeyOf(isolation: Isolation, { userId, chatId }: Tenant): GroupKey {
  if (isolation === 'shared') return SHARED;
  return isolation === 'user' ? { kind: 'user', userId } : { kind: 'session', userId, chatId };
}
