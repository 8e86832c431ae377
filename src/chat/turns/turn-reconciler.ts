import { Injectable } from '@nestjs/common';
import type { AgentTurn } from '../../app-server/agent/agent-turn';
import { ComponentLogger, Logger } from '../../common/logger';
import { turnsEnded } from '../../common/metrics';
import { Database } from '../../database/database';
import { ChatEntity } from '../entities/chat.entity';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventLog } from '../event-log/event-log';
import type { ChatEvent } from '../event-log/chat-event';
import { ChatRef, concat, LogEntry } from '../event-log/log-entry';
import { ChatThreads } from './chat-threads';
import { COMPLETED, hasCutText, interruptedBy, turnEnded } from './turn-state';
import { UnfinishedRows } from './unfinished-rows';

const INTERRUPTED = interruptedBy('service_restarted', 'The service was restarted in the middle of the turn.');
const AT_ONCE = 8;

/** The last turn of each chat in which something has waited since before that turn ended. */
const BEFORE_WAITING = `SELECT DISTINCT last."id" AS "id" FROM "turns" waiting JOIN "turns" last
  ON last."chat_id" = waiting."chat_id" AND last."ended_at" >= waiting."created_at" AND last."ordinal" =
  (SELECT MAX(begun."ordinal") FROM "turns" begun WHERE begun."chat_id" = waiting."chat_id" AND begun."started_at" IS NOT NULL)
  WHERE waiting."status" = 'queued'`;

/** Told of turns that had waited and are over, as a turn that ran was given their messages. */
type OnTaken = (chat: ChatRef, turnIds: readonly string[]) => void;

/**
 * Ends the turns that ran when the service died: as codex ended them, if it came so far, else as interrupted with the
 * text that was published. Nothing is run again, and nothing that waited and was given to one is given again.
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
  async reconcile(isStopping: () => boolean, onTaken: OnTaken = () => undefined): Promise<number> {
    const ended = await this.database.untilRead((read) => read.query<{ id: string }[]>(BEFORE_WAITING));
    const turns = await this.database.untilRead((read) => read.findBy(TurnEntity, { status: 'running' }));
    const ends = await eachOf(turns, isStopping, (turn) => this.end(turn, isStopping, onTaken));
    await eachOf(ended, isStopping, ({ id }) => this.takeSent(id, onTaken));
    return ends.filter(Boolean).length;
  }

  /** A turn may have been given what waited, and have ended, before the service died and that was stored. */
  private async takeSent(id: string, onTaken: OnTaken): Promise<void> {
    const turn = await this.database.untilRead((read) => read.findOneBy(TurnEntity, { id }));
    const last = turn === null ? undefined : await this.asked(turn);
    if (turn === null || last === undefined) return;
    const sent = await this.rows.addSent(turn, last.userMessages);
    if (sent.events.length > 0) await this.record(turn, sent, onTaken);
  }

  /** The turn as codex has it; undefined also where codex does not answer. */
  private asked(turn: TurnEntity): Promise<AgentTurn | undefined> {
    return this.lastTurn(turn).catch((error: unknown) => {
      this.logger.warn({ err: error, turnId: turn.id }, 'codex could not be asked what became of a turn');
      return undefined;
    });
  }

  private async end(turn: TurnEntity, isStopping: () => boolean, onTaken: OnTaken): Promise<boolean> {
    const last = await this.asked(turn);
    if (last === undefined && isStopping()) return false;
    const answer = last?.status === 'completed' ? last : undefined;
    const unfinished = concat(
      await this.rows.addMissing(turn, last?.userMessages ?? []),
      await this.rows.end(turn, answer),
    );
    const outcome = answer ? COMPLETED : INTERRUPTED;
    const end = turnEnded(turn, outcome, { usage: turn.usage, isCut: hasCutText(unfinished) });
    if (!(await this.record(turn, concat(unfinished, end), onTaken))) return false;
    turnsEnded.inc({ status: outcome.status, code: outcome.error?.code ?? '' });
    return true;
  }

  /** False when the turn is gone: its chat may be deleted while codex is asked. */
  private async record({ id, chatId, userId }: TurnEntity, end: LogEntry, onTaken: OnTaken): Promise<boolean> {
    try {
      const events = await this.log.append({ chatId, userId }, end, 'retry');
      onTaken({ chatId, userId }, takenBy(id, events));
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

/** The turns that have ended beside this one. */
const takenBy = (turnId: string, events: readonly ChatEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'turn.completed' && event.turnId !== turnId ? (event.turnId ?? []) : []));

/** A few at a time, and no more of them once it is stopping. */
async function eachOf<T, R>(all: readonly T[], isStopping: () => boolean, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < all.length && !isStopping(); start += AT_ONCE) {
    results.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(work))));
  }
  return results;
}
