import type { AuthorDto } from '../access/author.dto';
import { update } from '../database/rows';
import type { QueueChange } from './dto/event-data.dto';
import { ChatEntity } from './entities/chat.entity';
import { TurnEntity } from './entities/turn.entity';
import { concat, type EntryWrite, LogEntry } from './event-log/log-entry';
import { QueueSnapshot, queueVersion } from './queue-reader';

/** The queue is not as it was read any more: what was to be done to it is to be thought over. */
export class QueueMovedError extends Error {
  override readonly name = 'QueueMovedError';
}

/** What is to be done to a queue. */
export interface QueuePlan {
  readonly change: QueueChange;
  /** The turns that wait afterwards, in order; left out: as before. */
  readonly turnIds?: readonly string[];
  readonly held?: boolean;
  /** The turn that may begin although the queue is held; left out: as before. */
  readonly pass?: string | null;
  /** The turn whose message, or options, change. */
  readonly editedId?: string;
  /** What happens with it. */
  readonly entry?: LogEntry;
}

const REVISION = 'SELECT "queue_revision" AS "revision" FROM "chat_sessions" WHERE "id" = $1';
const WAITING = `SELECT "id" FROM "turns" WHERE "chat_id" = $1 AND "status" = 'queued' ORDER BY "ordinal"`;
const SET_ASIDE = `UPDATE "turns" SET "ordinal" = -"ordinal" WHERE "chat_id" = $1 AND "status" = 'queued'`;

/**
 * A change of a queue as one entry of its chat's log: all of it is stored, with `queue.changed`, or nothing. Rejected with
 * `QueueMovedError` when the queue is not as it was read any more.
 */
export function queueChanged(queue: QueueSnapshot, plan: QueuePlan, by: AuthorDto): LogEntry {
  const { chat } = queue;
  const before = queue.waiting.map(({ turn }) => turn.id);
  const { change, turnIds = before, held = chat.queueHeld, pass = chat.queuePass, entry = { events: [] } } = plan;
  const queueRevision = chat.queueRevision + 1;
  const version = queueVersion(queueRevision, turnIds);
  const guarded: LogEntry = {
    events: [],
    writes: [isAsRead(queue), update(ChatEntity, { id: chat.id }, { queueRevision, queueHeld: held, queuePass: pass })],
  };
  const told: LogEntry = {
    events: [{ type: 'queue.changed', turnId: null, data: { change, by, held, version, turnIds: [...turnIds] } }],
    writes: change === 'reordered' || change === 'sent' ? [inOrder(queue, turnIds)] : [],
  };
  return concat(guarded, entry, told);
}

/** In the transaction of the change, which has the chat to itself. */
function isAsRead({ chat, version }: QueueSnapshot): EntryWrite {
  return async (tx) => {
    const [row] = await tx.all(REVISION, [chat.id]);
    const waiting = await tx.all(WAITING, [chat.id]);
    const found = queueVersion(
      Number(row?.revision),
      waiting.map(({ id }) => String(id)),
    );
    if (found !== version) throw new QueueMovedError(`the queue of chat ${chat.id} is not as it was read`);
  };
}

/**
 * Gives the numbers that the waiting turns have to them anew. So each comes behind all that has begun before it, also in the
 * history that the agent is given.
 */
function inOrder({ chat, waiting }: QueueSnapshot, turnIds: readonly string[]): EntryWrite {
  const ordinalOf = new Map(waiting.map(({ turn }) => [turn.id, turn.ordinal]));
  const ordinals = turnIds.map((id) => ordinalOf.get(id) ?? NaN).sort((a, b) => a - b);
  const isSame = turnIds.every((id, index) => ordinalOf.get(id) === ordinals[index]);
  return async (tx) => {
    if (isSame) return;
    // No two turns of a chat have the same number, not even within a transaction.
    await tx.run(SET_ASIDE, [chat.id]);
    for (const [index, id] of turnIds.entries()) {
      const set = await update(TurnEntity, { id, status: 'queued' }, { ordinal: ordinals[index] })(tx);
      if (set !== 1) throw new QueueMovedError(`turn ${id} does not wait any more`);
    }
  };
}
