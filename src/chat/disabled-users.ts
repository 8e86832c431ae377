import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { In } from 'typeorm';
import { Revocations } from '../auth/revocations';
import { ComponentLogger, Logger } from '../common/logger';
import { Database } from '../database/database';
import { TurnEntity } from './entities/turn.entity';
import { TurnScheduler } from './turns/turn-scheduler';
import { interruptedBy } from './turns/turn-state';

const AGAIN_MS = 200;

const DISABLED = interruptedBy('user_disabled', 'The user whose message it answers was disabled.');

/** Ends the turns of users that are disabled: one that runs at once, one that waits when it is next. */
@Injectable()
export class DisabledUsers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  /** By user, for whom that is being done. */
  private readonly ending = new Map<string, Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly scheduler: TurnScheduler,
    private readonly revocations: Revocations,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'disabled-users' });
  }

  /** Turns of users that were disabled before the last stop wait, too. */
  async onApplicationBootstrap(): Promise<void> {
    this.revocations.onRevoked((revoked, reason) => {
      if (reason === 'disabled' && 'userId' in revoked) void this.endTurns(revoked.userId);
    });
    const waiting: { id: string }[] = await this.database.read.query(
      'SELECT DISTINCT "user"."id" AS "id" FROM "users" "user" JOIN "turns" "turn" ON "turn"."author_id" = "user"."id" ' +
        `WHERE "user"."disabled_at" IS NOT NULL AND "turn"."status" IN ('queued', 'running')`,
    );
    for (const { id } of waiting) void this.endTurns(id);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.ending.values());
  }

  /** Resolves when no turn of the user is left that has not ended. Never throws. */
  endTurns(userId: string): Promise<void> {
    const known = this.ending.get(userId);
    if (known !== undefined) return known;
    const ending = this.untilEnded(userId).finally(() => this.ending.delete(userId));
    this.ending.set(userId, ending);
    return ending;
  }

  private async untilEnded(userId: string): Promise<void> {
    while (!this.isStopping) {
      try {
        const turns = await this.database.read.find(TurnEntity, {
          select: { id: true, chatId: true },
          where: { authorId: userId, status: In(['queued', 'running']) },
        });
        if (turns.length === 0 || (await this.isEnabled(userId))) return;
        for (const { id, chatId } of turns) {
          const execution = this.scheduler.current(chatId);
          if (execution?.turn.id === id) execution.interrupt(DISABLED);
        }
      } catch (error) {
        this.logger.warn(
          { err: error, userId },
          'the turns of a disabled user could not be ended; this is tried again',
        );
      }
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
  }

  private async isEnabled(id: string): Promise<boolean> {
    const rows: unknown[] = await this.database.read.query(
      'SELECT 1 FROM "users" WHERE "id" = $1 AND "disabled_at" IS NULL',
      [id],
    );
    return rows.length > 0;
  }
}
