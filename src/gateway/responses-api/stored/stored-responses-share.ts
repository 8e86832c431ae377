import { Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../../common/logger';
import { GatewayConfig } from '../../../config/gateway.config';
import { Database } from '../../../database/database';
import { forgetItems } from './stored-item.entity';
import { STORED_RESPONSES } from './stored-response.entity';

/** How often what is too much or too old is deleted. */
const SWEEP_INTERVAL_MS = 10_000;
const AGE_SWEEP_INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Keeps each user's stored responses within their share, oldest going first, and none longer than they may be kept. */
@Injectable()
export class StoredResponsesShare implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly grown = new Set<string>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly config: GatewayConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'gateway' });
  }

  onApplicationBootstrap(): void {
    this.timers.push(setInterval(() => void this.sweep(), SWEEP_INTERVAL_MS).unref());
    this.timers.push(setInterval(() => void this.quietly(() => this.deleteOld()), AGE_SWEEP_INTERVAL_MS).unref());
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  noteAdded(userId: string): void {
    this.grown.add(userId);
  }

  /** Looks at the users whose responses have grown in number. */
  async sweep(): Promise<void> {
    const users = [...this.grown];
    this.grown.clear();
    for (const userId of users) await this.quietly(() => this.deleteBeyondShare(userId));
  }

  async deleteOld(): Promise<void> {
    const before = new Date(Date.now() - this.config.storedResponseDays * DAY_MS).toISOString();
    await this.database.write(async (tx) => {
      await tx.query('DELETE FROM stored_responses WHERE created_at < $1', [before]);
      await forgetItems(tx);
    }, STORED_RESPONSES);
  }

  /** What does not fit counted from the newest. */
  private async deleteBeyondShare(userId: string): Promise<void> {
    const limit = this.config.storedResponsesMbPerUser * 1_000_000;
    const counted =
      'SELECT id, SUM(size) OVER (ORDER BY created_at DESC, id DESC) AS total FROM stored_responses WHERE user_id = $1';
    const beyond = `SELECT id FROM (${counted}) AS counted WHERE total > $2`;
    const statement = `DELETE FROM stored_responses WHERE user_id = $1 AND id IN (${beyond})`;
    await this.database.write(async (tx) => {
      await tx.query(statement, [userId, limit]);
      await forgetItems(tx, userId);
    }, STORED_RESPONSES);
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.logger.error({ err }, 'stored responses could not be swept');
    }
  }
}
