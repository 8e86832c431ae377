import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { In } from 'typeorm';
import { Revocations } from '../auth/revocations';
import { ComponentLogger, Logger } from '../common/logger';
import { Database } from '../database/database';
import { TurnEntity } from './entities/turn.entity';
import { TurnScheduler } from './turns/turn-scheduler';

const END_DEADLINE_MS = 30_000;
/** Chats in which a user can have turns that wait. */
const MAX_TURNS = 10_000;

/** Ends the turns of a user who is disabled, those that wait too: each is interrupted as if the user had done it. */
@Injectable()
export class DisabledUsers implements OnModuleInit, OnModuleDestroy {
  private readonly logger: ComponentLogger;
  private stopListening = (): void => undefined;

  constructor(
    private readonly revocations: Revocations,
    private readonly database: Database,
    private readonly scheduler: TurnScheduler,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'turns' });
  }

  onModuleInit(): void {
    this.stopListening = this.revocations.onRevoked((revoked, reason) => {
      if (reason !== 'disabled' || !('userId' in revoked)) return;
      this.endTurnsOf(revoked.userId).catch((error: unknown) => {
        this.logger.error({ err: error }, 'the turns of a user who was disabled could not be ended');
      });
    });
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  /** Resolves when none of them runs or waits any more. */
  async endTurnsOf(userId: string): Promise<void> {
    const where = { userId, status: In(['queued', 'running']) };
    const turns = await this.database.read.find(TurnEntity, { where, take: MAX_TURNS });
    const chats = Map.groupBy(turns, ({ chatId }) => chatId);
    await Promise.all([...chats].map(([chatId, { length }]) => this.endIn(chatId, userId, length)));
  }

  /** The scheduler takes up one turn after the other; each is interrupted before it begins. */
  private async endIn(chatId: string, userId: string, count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const execution = this.scheduler.current(chatId);
      if (execution === undefined || execution.turn.userId !== userId) return;
      execution.interrupt();
      await Promise.race([execution.over, sleep(END_DEADLINE_MS, undefined, { ref: false })]);
      // The next one is taken up in a step of its own.
      await sleep(20);
    }
  }
}
