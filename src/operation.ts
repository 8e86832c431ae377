import { Injectable } from '@nestjs/common';
import { AppServerPool } from './app-server/pool/pool';
import { ChatRemoval } from './chat/chat-removal';
import { TurnReconciler } from './chat/turns/turn-reconciler';
import { TurnScheduler } from './chat/turns/turn-scheduler';
import { CallMeter } from './gateway/accounts/call-meter';
import { ServicePhase } from './observability/service-phase';

const POOL_STOP_GRACE_MS = 2_000;

/** The service at work: from the first turn that may run to the last. */
@Injectable()
export class Operation {
  private starting: Promise<unknown> = Promise.resolve();
  /** What earlier runs have left; nothing waits for it but the end. */
  private clearing: Promise<void> = Promise.resolve();

  constructor(
    private readonly phase: ServicePhase,
    private readonly reconciler: TurnReconciler,
    private readonly scheduler: TurnScheduler,
    private readonly removal: ChatRemoval,
    private readonly pool: AppServerPool,
    private readonly meter: CallMeter,
  ) {}

  /** Counts what was accepted before, so that messages can be accepted again. */
  async prepare(): Promise<void> {
    await this.scheduler.restore();
  }

  /**
   * Starts the app-servers, ends what a dead process left running, and takes up the queued turns. Resolves with how
   * many turns were ended, when every instance has been tried; undefined when it was told to stop before.
   */
  start(): Promise<number | undefined> {
    const starting = this.begin().catch((error: unknown) => {
      if (!this.isStopping) throw error;
      return undefined;
    });
    this.starting = starting.catch(() => undefined);
    return starting;
  }

  /** Lets running turns and the calls of other programs end. What is accepted meanwhile waits for the next start. */
  async drain(graceMs: number): Promise<void> {
    this.phase.current = 'stopping';
    await Promise.all([this.scheduler.stop(graceMs), this.meter.idle(graceMs)]);
  }

  /** Stops the app-servers, and ends what still runs. Nothing uses the database when it resolves. */
  async close(): Promise<void> {
    await this.pool.stop({ graceMs: POOL_STOP_GRACE_MS });
    await this.starting;
    await this.clearing;
    this.meter.endAll();
  }

  private async begin(): Promise<number | undefined> {
    await this.pool.start();
    const ended = await this.reconciler.reconcile(
      () => this.isStopping,
      (chat, turnIds) => this.scheduler.withdraw(chat, turnIds),
    );
    if (this.isStopping) return undefined;
    await this.scheduler.open();
    if (this.isStopping) return undefined;
    this.phase.current = 'running';
    this.clearing = this.removal.resume(() => this.isStopping);
    return ended;
  }

  private get isStopping(): boolean {
    return this.phase.current === 'stopping';
  }
}
