import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { Database } from '../../database/database';
import { endSandboxes, sandboxUsages } from '../../runtime/sandbox-usage';
import { StorageSpace } from '../../runtime/storage-space';
import type { TurnExecution } from '../turns/turn-execution';
import { TurnScheduler } from '../turns/turn-scheduler';
import { failed } from '../turns/turn-state';
import { bytesOf, ChatSizes } from './chat-sizes';
import { RegularCheck } from '../../common/regular-check';

const INTERVAL_MS = 1_000;
/** Growth of a turn that counts: codex and commands always write a little. */
const GROWTH_BYTES = 1024 * 1024;
/** Checks in want of space after which the largest is stopped: it may have grown before it was measured first. */
const PATIENCE = 1;

const STORAGE_LOW = failed(
  'storage_low',
  'The disk of the service is nearly full, and this turn made it grow: it was stopped. Delete what is not needed, or try again later.',
);

/**
 * Keeps the disk from running full: below the floor the turn that grows is stopped, and when nothing can be written the
 * reserve is given up for the ends of turns, interrupts and deletions. Queued turns go on when there is space again.
 */
@Injectable()
export class StorageGuard implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.check(), INTERVAL_MS);
  /** Turns that were stopped and have not ended. */
  private readonly stopping = new Set<TurnExecution>();
  private lowChecks = 0;
  /** A turn has been stopped since the space became low: what it wrote may be all that is too much. */
  private hasStopped = false;

  constructor(
    private readonly scheduler: TurnScheduler,
    private readonly space: StorageSpace,
    private readonly sizes: ChatSizes,
    private readonly database: Database,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'storage' });
  }

  /** Before the first message can come. */
  async onApplicationBootstrap(): Promise<void> {
    await this.space.check();
    this.checks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  /** Never throws. */
  async check(): Promise<void> {
    const wasLow = this.space.isLow;
    await this.space.check();
    // What has failed once may succeed now, and nobody else may write.
    if (this.database.isFailing) await this.database.probe();
    if (this.space.isLow) await this.stopGrowth();
    else if (wasLow) await this.goOn();
    if (this.database.isFailing || this.space.isFull) await this.space.release();
  }

  private async stopGrowth(): Promise<void> {
    this.lowChecks += 1;
    const running = this.scheduler.running.filter((execution) => !this.stopping.has(execution));
    const before = new Map(running.map(({ turn }) => [turn, this.sizes.of(turn)]));
    await this.sizes.measure(running.map(({ turn }) => turn));
    const grown = running.filter(({ turn }) => {
      const now = this.sizes.of(turn);
      const first = before.get(turn)?.first ?? now?.first;
      return now !== undefined && first !== undefined && bytesOf(now.last) - bytesOf(first) >= GROWTH_BYTES;
    });
    const [largest] = running.toSorted((one, other) => this.bytesOf(other) - this.bytesOf(one));
    const isUnexplained = !this.hasStopped && this.lowChecks > PATIENCE;
    const isLarge = largest !== undefined && this.bytesOf(largest) >= GROWTH_BYTES;
    const chosen = grown.length > 0 ? grown : isUnexplained && isLarge ? [largest] : [];
    if (chosen.length === 0) return;
    // By ourselves: on a full disk codex may take long to end them, and they would eat the reserve up.
    const workspaces = new Set(chosen.map(({ turn }) => this.sizes.workspaceOf(turn)));
    for (const execution of chosen) this.stopTurn(execution);
    endSandboxes((await sandboxUsages(this.sizes.sessions)).filter(({ workspace }) => workspaces.has(workspace)));
  }

  private stopTurn(execution: TurnExecution): void {
    const { id: turnId, chatId } = execution.turn;
    this.logger.warn(
      { turnId, chatId, bytes: this.bytesOf(execution) },
      'a turn is stopped, because the disk is nearly full',
    );
    this.stopping.add(execution);
    this.hasStopped = true;
    execution.interrupt(STORAGE_LOW);
    void execution.over.then(() => this.stopping.delete(execution));
  }

  private async goOn(): Promise<void> {
    this.lowChecks = 0;
    this.hasStopped = false;
    try {
      await this.scheduler.resume();
    } catch (error) {
      this.logger.error({ err: error }, 'queued turns could not be taken up again');
    }
  }

  private bytesOf({ turn }: TurnExecution): number {
    const size = this.sizes.of(turn);
    return size === undefined ? 0 : bytesOf(size.last);
  }
}
