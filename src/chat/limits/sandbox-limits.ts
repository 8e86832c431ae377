import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { ComponentLogger, Logger } from '../../common/logger';
import { SandboxConfig } from '../../config/sandbox.config';
import { endSandboxes, SandboxUsage, sandboxUsages } from '../../runtime/sandbox-usage';
import { warning } from '../event-log/chat-event';
import { EventLog } from '../event-log/event-log';
import type { TurnExecution } from '../turns/turn-execution';
import { TurnScheduler } from '../turns/turn-scheduler';
import { failed } from '../turns/turn-state';
import { ChatSizes } from './chat-sizes';
import { RegularCheck } from '../../common/regular-check';

const INTERVAL_MS = 1_000;
const MIB = 1024 * 1024;
/** Folders are measured again when this many times as long has passed as measuring them has taken. */
const MEASURE_PAUSE_FACTOR = 10;
const MIN_MEASURE_PAUSE_MS = 3_000;

/**
 * Keeps each chat's commands within what one chat may use: of memory and processes, beyond which its sandboxed commands
 * end, and of its workspace and /tmp, beyond which the turn that lets them grow is stopped.
 */
@Injectable()
export class SandboxLimits implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly checks = new RegularCheck(() => this.check(), INTERVAL_MS);
  private measureAt = 0;
  private hasSandboxes = false;

  constructor(
    private readonly scheduler: TurnScheduler,
    private readonly sizes: ChatSizes,
    private readonly config: SandboxConfig,
    private readonly log: EventLog,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'limits' });
  }

  onApplicationBootstrap(): void {
    this.checks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  /** Never throws. */
  async check(): Promise<void> {
    const { running } = this.scheduler;
    if (running.length === 0 && !this.hasSandboxes) return;
    const usages = await sandboxUsages(this.sizes.sessions);
    this.hasSandboxes = usages.length > 0;
    for (const [workspace, ofChat] of Map.groupBy(usages, (usage) => usage.workspace))
      this.checkUsage(workspace, ofChat);
    const turns = running.map(({ turn }) => turn);
    this.sizes.keepOnly(turns);
    // At once: what is there before a turn has done anything is not its growth.
    await this.sizes.measure(turns.filter((turn) => this.sizes.of(turn) === undefined));
    if (performance.now() < this.measureAt) return;
    const startedAt = performance.now();
    await this.sizes.measure(turns);
    const tookMs = performance.now() - startedAt;
    this.measureAt = performance.now() + Math.max(MIN_MEASURE_PAUSE_MS, tookMs * MEASURE_PAUSE_FACTOR);
    for (const execution of running) this.checkSize(execution);
  }

  private checkUsage(workspace: string, usages: readonly SandboxUsage[]): void {
    const { processesMax, memoryMaxMb } = this.config;
    const processes = usages.reduce((count, { pids }) => count + pids.length, 0);
    const megabytes = usages.reduce((bytes, { rssBytes }) => bytes + rssBytes, 0) / MIB;
    const excess = [
      ...(exceeds(processes, processesMax) ? [`${processesMax} processes (SANDBOX_PROCESSES_MAX)`] : []),
      ...(exceeds(megabytes, memoryMaxMb) ? [`${memoryMaxMb} MiB of memory (SANDBOX_MEMORY_MAX_MB)`] : []),
    ];
    if (excess.length === 0) return;
    endSandboxes(usages);
    const message = `The commands of this chat used more than ${excess.join(' and ')}, and were ended.`;
    this.logger.warn(
      { workspace, processes, megabytes: Math.round(megabytes) },
      'the commands of a chat were ended: too greedy',
    );
    const turn = this.scheduler.running.find((execution) => this.sizes.workspaceOf(execution.turn) === workspace)?.turn;
    if (turn === undefined) return;
    const entry = { events: [warning(turn.id, message)] };
    this.log.append({ chatId: turn.chatId, userId: turn.userId }, entry, 'retry').catch((error: unknown) => {
      this.logger.error({ err: error, turnId: turn.id }, 'a warning could not be recorded');
    });
  }

  private checkSize(execution: TurnExecution): void {
    const size = this.sizes.of(execution.turn);
    if (size === undefined) return;
    const { workspaceMaxMb, tmpMaxMb } = this.config;
    const { first, last } = size;
    const isGrown = last.workspace > first.workspace || last.tmp > first.tmp;
    const excess = [
      ...(exceeds(last.workspace / MIB, workspaceMaxMb)
        ? [`${workspaceMaxMb} MiB in its workspace (CHAT_WORKSPACE_MAX_MB)`]
        : []),
      ...(exceeds(last.tmp / MIB, tmpMaxMb) ? [`${tmpMaxMb} MiB in its /tmp (CHAT_TMP_MAX_MB)`] : []),
    ];
    // What was too large before may be made smaller.
    if (!isGrown || excess.length === 0) return;
    this.logger.warn({ turnId: execution.turn.id, ...last }, 'a turn is stopped: its chat is too large');
    const message = `The chat has more than ${excess.join(' and ')}, and the turn let it grow: it was stopped.`;
    execution.interrupt(failed('workspace_limit', message));
  }
}

const exceeds = (used: number, maximum: number): boolean => maximum > 0 && used > maximum;
