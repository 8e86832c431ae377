import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { AccountConfig } from '../../config/account.config';
import { Database } from '../../database/database';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A month, whose counter is that of its beginning, and more. */
const COUNTED_DAYS = 62;
const ROWS_PER_COMMIT = 1_000;

/** Deletes entries of the audit log that are older than AUDIT_RETENTION_DAYS, some at a time, and counters of months past. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly config: AccountConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'audit' });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.running = this.sweep()), HOUR_MS).unref();
    this.running = this.sweep();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Never throws. */
  async sweep(): Promise<void> {
    const { auditRetentionDays } = this.config;
    try {
      const counted = new Date(Date.now() - COUNTED_DAYS * DAY_MS).toISOString().slice(0, 10);
      await this.database.write((tx) => tx.run('DELETE FROM "usage_counters" WHERE "period" < $1', [counted]));
      if (auditRetentionDays === 0) return;
      const before = new Date(Date.now() - auditRetentionDays * DAY_MS).toISOString();
      for (let deleted = ROWS_PER_COMMIT; deleted === ROWS_PER_COMMIT && !this.isStopping;) {
        deleted = await this.database.write((tx) =>
          tx.run(
            'DELETE FROM "audit_entries" WHERE "id" IN ' +
              `(SELECT "id" FROM "audit_entries" WHERE "at" < $1 ORDER BY "at" LIMIT ${ROWS_PER_COMMIT})`,
            [before],
          ),
        );
      }
    } catch (error) {
      this.logger.warn(
        { err: error },
        'old entries of the audit log could not be deleted; this is tried again in an hour',
      );
    }
  }
}
