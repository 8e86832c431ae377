import { Injectable } from '@nestjs/common';
import { PoolConfig } from '../../config/pool.config';
import type { SandboxCeiling } from '../../config/sandbox-permissions';
import { ComponentLogger, Logger } from '../../common/logger';
import { AgentTools } from '../../tools/agent-tools';
import { ApprovalService } from '../approvals/approval.service';
import { TurnEntity } from '../entities/turn.entity';
import { EventLog } from '../event-log/event-log';
import type { LogEntry } from '../event-log/log-entry';
import { ChatThreads } from './chat-threads';
import type { SilenceTerms } from './idle-timer';
import { WorkspaceRecorder } from './workspace-recorder';

/** What every turn works with. */
@Injectable()
export class TurnServices {
  readonly logger: ComponentLogger;
  /** The most that any agent may do, whoever approves of more. */
  readonly ceiling: SandboxCeiling;
  /** Silence of codex that ends a turn. */
  readonly silence: Pick<SilenceTerms, 'limitMs' | 'workLimitMs'>;

  constructor(
    config: PoolConfig,
    logger: Logger,
    readonly threads: ChatThreads,
    readonly log: EventLog,
    readonly approvals: ApprovalService,
    readonly recorder: WorkspaceRecorder,
    readonly tools: AgentTools,
  ) {
    this.ceiling = config.sandboxCeiling;
    const { turnIdleTimeoutSeconds, toolIdleTimeoutSeconds } = config;
    this.silence = { limitMs: turnIdleTimeoutSeconds * 1000, workLimitMs: toolIdleTimeoutSeconds * 1000 };
    this.logger = logger.child({ component: 'turns' });
  }

  /** Puts what has happened in a turn into its chat's log, without waiting for the commit. */
  record(turn: TurnEntity, entry: LogEntry): void {
    this.recorded(turn, entry).catch((error: unknown) => {
      this.logger.error({ err: error, chatId: turn.chatId, turnId: turn.id }, 'an event could not be recorded');
    });
  }

  /** The same, resolved once it is committed. */
  async recorded(turn: TurnEntity, entry: LogEntry): Promise<void> {
    await this.log.append({ chatId: turn.chatId, userId: turn.userId }, entry, 'retry');
  }
}
