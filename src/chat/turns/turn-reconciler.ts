import { Injectable } from '@nestjs/common';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { ComponentLogger, Logger } from '../../common/logger';
import { turnsEnded } from '../../common/metrics';
import { Database } from '../../database/database';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventLog } from '../event-log/event-log';
import { concat, LogEntry } from '../event-log/log-entry';
import { ChatThreads } from './chat-threads';
import { COMPLETED, hasCutText, interruptedBy, turnEnded } from './turn-state';
import { UnfinishedRows } from './unfinished-rows';

const INTERRUPTED = interruptedBy('service_restarted', 'The service was restarted in the middle of the turn.');
const AT_ONCE = 8;

/**
 * Ends the turns that ran when the service died: as codex ended them, if it came so far, else as interrupted with the
 * text that was published. Nothing is run again.
 */
@Injectable()
export class TurnReconciler {
  private readonly logger: ComponentLogger;

  constructor(
    private readonly database: Database,
    private readonly log: EventLog,
    private readonly threads: ChatThreads,
    private readonly rows: UnfinishedRows,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'reconciler' });
  }

  /**
   * To be called before any turn runs, with the pool started. Returns how many turns were ended.
   *
   * @param isStopping whether codex can no longer be asked; what it was not asked about is left to the next start.
   */
  async reconcile(isStopping: () => boolean): Promise<number> {
    const turns = await this.database.untilRead((read) => read.findBy(TurnEntity, { status: 'running' }));
    let ended = 0;
    for (let start = 0; start < turns.length && !isStopping(); start += AT_ONCE) {
      const group = turns.slice(start, start + AT_ONCE);
      const ends = await Promise.all(group.map((turn) => this.end(turn, isStopping)));
      ended += ends.filter(Boolean).length;
    }
    return ended;
  }

  private async end(turn: TurnEntity, isStopping: () => boolean): Promise<boolean> {
    const last = await this.lastTurn(turn).catch((error: unknown) => {
      this.logger.warn({ err: error, turnId: turn.id }, 'codex could not be asked what became of a turn');
      return undefined;
    });
    if (last === undefined && isStopping()) return false;
    const answer = last?.status === 'completed' ? last : undefined;
    const unfinished = concat(
      await this.rows.addMissing(turn, last?.userMessages ?? []),
      await this.rows.end(turn, answer),
    );
    const outcome = answer ? COMPLETED : INTERRUPTED;
    const end = turnEnded(turn, outcome, { usage: turn.usage, isCut: hasCutText(unfinished) });
    if (!(await this.record(turn, concat(unfinished, end)))) return false;
    turnsEnded.inc({ status: outcome.status, code: outcome.error?.code ?? '' });
    return true;
  }

  /** False when the turn is gone: its chat may be deleted while codex is asked. */
  private async record({ id, chatId, userId }: TurnEntity, end: LogEntry): Promise<boolean> {
    try {
      await this.log.append({ chatId, userId }, end, 'retry');
      return true;
    } catch (error) {
      if (await this.database.untilRead((read) => read.existsBy(TurnEntity, { id, status: 'running' }))) throw error;
      return false;
    }
  }

  /** The turn as codex has it on disk; undefined when it has not. */
  private async lastTurn(turn: TurnEntity): Promise<AgentTurn | undefined> {
    const chat = await this.database.untilRead((read) => read.findOneByOrFail(ChatEntity, { id: turn.chatId }));
    // The first: the others have steered it.
    const where = { turnId: turn.id, role: 'user' as const };
    const order = { seq: 'ASC' } as const;
    const message = await this.database.untilRead((read) => read.findOneOrFail(MessageEntity, { where, order }));
    const last = await this.threads.lastTurn(chat);
    return last !== null && last.userMessages.some(({ id }) => id === message.id) ? last : undefined;
  }
}
