import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { ComponentLogger, Logger } from '../../common/logger';
import { ChatConfig } from '../../config/chat.config';
import { Database } from '../../database/database';
import { TurnEntity } from '../entities/turn.entity';
import { RegularCheck } from '../limits/regular-check';
import { compactTurn } from './turn-compaction';

/** How often it is looked for turns that have ended. */
const INTERVAL_MS = 5_000;
/** Turns looked up at once. */
const PAGE = 50;
/** Between two steps, so that the writes of a busy service are not held up. */
const PAUSE_MS = 10;
/** Steps wait on while writes are queued, but not for ever. */
const MAX_PAUSES = 100;

/** Compacts the logs of turns that ended a while ago, in the background, those that ended first before others. */
@Injectable()
export class LogCompaction implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly check = new RegularCheck(() => this.compactDue(), INTERVAL_MS);
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly config: ChatConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'compaction' });
  }

  onApplicationBootstrap(): void {
    this.check.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.check.stop();
  }

  /** Compacts all turns that are due; one that cannot be is left to the next time. Never throws. */
  async compactDue(): Promise<void> {
    const failed = new Set<string>();
    try {
      for (let turns = await this.due(failed); turns.length > 0; turns = await this.due(failed)) {
        for (const turn of turns) {
          if (this.isStopping) return;
          if (!(await this.compact(turn))) failed.add(turn.id);
        }
        // It is the database that fails, not one turn.
        if (failed.size >= PAGE) return;
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'turns whose logs are to be compacted could not be looked for');
    }
  }

  private due(failed: ReadonlySet<string>): Promise<TurnEntity[]> {
    const until = new Date(Date.now() - this.config.compactionDelaySeconds * 1000).toISOString();
    const where = { compactedAt: IsNull(), endedAt: LessThanOrEqual(until), id: Not(In([...failed])) };
    return this.database.read.find(TurnEntity, { where, order: { endedAt: 'ASC' }, take: PAGE });
  }

  private async compact(turn: TurnEntity): Promise<boolean> {
    try {
      await compactTurn(this.database, turn, () => this.pause());
      return true;
    } catch (error) {
      if (!this.isStopping) {
        this.logger.warn({ err: error, chatId: turn.chatId, turnId: turn.id }, 'the log of a turn was not compacted');
      }
      return false;
    }
  }

  /** @throws Error when the service stops: the rest is left to the next start. */
  private async pause(): Promise<void> {
    for (let pauses = 0; pauses === 0 || (this.database.queuedWrites > 0 && pauses < MAX_PAUSES); pauses += 1) {
      if (this.isStopping) throw new Error('the service stops');
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }
}
