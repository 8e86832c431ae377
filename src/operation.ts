import { Injectable } from '@nestjs/common';
import { AppServerPool } from './app-server/pool/app-server-pool';
import { TurnReconciler } from './chat/turns/turn-reconciler';
import { TurnScheduler } from './chat/turns/turn-scheduler';
import { Database } from './database/database';
import { ServicePhase } from './observability/service-phase';

const POOL_STOP_GRACE_MS = 2_000;

/** The service at work: from the first turn that may run to the last. */
@Injectable()
export class Operation {
  constructor(
    private readonly phase: ServicePhase,
    private readonly reconciler: TurnReconciler,
    private readonly scheduler: TurnScheduler,
    private readonly pool: AppServerPool,
    private readonly database: Database,
  ) {}

  /** Counts what was accepted before, so that messages can be accepted again. */
  async prepare(): Promise<void> {
    await this.scheduler.restore();
  }

  /**
   * Starts the app-servers, ends what a dead process left running, and takes up the queued turns. Resolves with how
   * many turns were ended, when every instance has been tried.
   */
  async start(): Promise<number> {
    await this.pool.start();
    const ended = await this.reconciler.reconcile();
    if (this.phase.current !== 'starting') return ended;
    await this.scheduler.open();
    this.phase.current = 'running';
    return ended;
  }

  /** Lets running turns end, then stops the app-servers and closes the database. */
  async stop(graceMs: number): Promise<void> {
    this.phase.current = 'stopping';
    await this.scheduler.stop(graceMs);
    await this.pool.stop({ graceMs: POOL_STOP_GRACE_MS });
    await this.database.close();
  }
}
