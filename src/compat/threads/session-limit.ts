import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/user';
import { type DomainError, unavailable } from '../../common/domain.error';
import { PoolConfig } from '../../config/pool.config';
import { Database } from '../../database/database';

/**
 * How many users may be at work at once, as the contract has it. Where users or chats have processes of their own, the pool
 * counts those; under `CODEX_ISOLATION=shared` a session is a user with a turn that waits or runs.
 */
@Injectable()
export class SessionLimit {
  constructor(
    private readonly config: PoolConfig,
    private readonly database: Database,
  ) {}

  /** @throws DomainError 503 `pool_saturated` when as many other users as there may be are at work */
  async check(user: User): Promise<void> {
    const { isolation, maxSessions } = this.config;
    if (isolation !== 'shared') return;
    const others: unknown[] = await this.database.read.query(
      `SELECT DISTINCT COALESCE("author_id", "user_id") AS "id" FROM "turns"
       WHERE "status" IN ('queued', 'running') AND COALESCE("author_id", "user_id") <> $1 LIMIT $2`,
      [user.id, maxSessions],
    );
    if (others.length >= maxSessions) throw saturated(maxSessions);
  }
}

const saturated = (sessions: number): DomainError =>
  unavailable(
    'pool_saturated',
    `${sessions} users are at work, as many as there may be (MAX_SESSIONS); try again later.`,
  );
