import { Injectable } from '@nestjs/common';
import { EventLog } from '../chat/event-log/event-log';
import { TurnScheduler } from '../chat/turns/turn-scheduler';
import { serviceVersion } from '../common/service-version';
import { PoolConfig } from '../config/pool.config';
import { Database } from '../database/database';
import { CodexBinary } from '../runtime/codex-binary';
import * as gauges from './gauges';

/** Measures the rest of the service: its turns, its database, and what it is. */
@Injectable()
export class ServiceMetrics {
  constructor(
    private readonly scheduler: TurnScheduler,
    private readonly log: EventLog,
    private readonly database: Database,
    private readonly config: PoolConfig,
    private readonly binary: CodexBinary,
  ) {}

  /** Sets the gauges to what is so now. */
  async measure(): Promise<void> {
    const codexVersion = await this.binary.version().catch(() => 'unknown');
    gauges.buildInfo.set({ version: serviceVersion, codex_version: codexVersion }, 1);
    gauges.runningTurns.set(this.scheduler.runningTurns);
    gauges.queueLimit.set(this.config.turnQueueSize);
    gauges.uncommittedEvents.set(this.log.uncommittedEvents);
    gauges.queuedWrites.set(this.database.queuedWrites);
  }
}
