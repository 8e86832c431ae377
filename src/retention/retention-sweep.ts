import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { RegularCheck } from '../common/regular-check';
import { ChatRemoval } from '../chat/chat-removal';
import { ComponentLogger, Logger } from '../common/logger';
import {
  RETENTION_KINDS,
  retentionDeleted,
  retentionFailures,
  retentionSeconds,
  retentionSwept,
} from '../common/metrics';
import { RetentionConfig } from '../config/retention.config';
import { OldChats } from './old-chats';
import { OldEvents } from './old-events';
import { OldModelCalls } from './old-model-calls';
import { SweepPace } from './sweep-pace';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

type RetentionKind = (typeof RETENTION_KINDS)[number];

/**
 * Deletes what is older than the settings say, in small steps with pauses, so that nobody who writes waits for it. What a
 * sweep has not come to, because it was stopped or something failed, the next one does.
 */
@Injectable()
export class RetentionSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.sweepWhenDue(), MINUTE_MS);
  private readonly pace = new SweepPace();
  private dueAt = 0;

  constructor(
    private readonly config: RetentionConfig,
    private readonly events: OldEvents,
    private readonly calls: OldModelCalls,
    private readonly chats: OldChats,
    private readonly removal: ChatRemoval,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'retention' });
  }

  onApplicationBootstrap(): void {
    this.checks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.pace.end();
    await this.checks.stop();
  }

  /** Never throws. */
  async sweep(): Promise<void> {
    const startedAt = performance.now();
    const deleted: Partial<Record<RetentionKind, number>> = {};
    const { archivedChatsDays, eventsDays, modelCallsDays, remainsDays } = this.config;
    this.events.begin();
    this.chats.begin();
    const steps: readonly [RetentionKind, number, (before: string) => Promise<number | undefined>][] = [
      ['archived_chats', archivedChatsDays, (before) => this.chats.step(before)],
      ['events', eventsDays, (before) => this.events.step(before)],
      ['model_calls', modelCallsDays, (before) => this.calls.step(before)],
      ['remains', remainsDays, (before) => this.removal.giveUpStep(before)],
    ];
    let failures = 0;
    if (!this.pace.isStopped) await this.removal.resume(() => this.pace.isStopped);
    for (const [kind, days, step] of steps) {
      if (days === 0) continue;
      const before = new Date(Date.now() - days * DAY_MS).toISOString();
      try {
        await this.pace.repeat(
          () => step(before),
          (count) => {
            deleted[kind] = (deleted[kind] ?? 0) + count;
            retentionDeleted.inc({ kind }, count);
          },
        );
      } catch (error) {
        failures += 1;
        retentionFailures.inc({ kind });
        this.logger.warn({ err: error, kind }, 'what is too old could not be deleted; the next sweep tries again');
      }
    }
    const seconds = (performance.now() - startedAt) / 1000;
    retentionSeconds.set(seconds);
    retentionSwept.setToCurrentTime();
    this.logger.info({ deleted, failures, seconds, stopped: this.pace.isStopped }, 'what is too old was deleted');
  }

  private async sweepWhenDue(): Promise<void> {
    if (performance.now() < this.dueAt) return;
    await this.sweep();
    this.dueAt = performance.now() + this.config.sweepMinutes * MINUTE_MS;
  }
}
