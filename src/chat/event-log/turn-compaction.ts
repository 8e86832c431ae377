import { now } from '../../common/clock';
import type { Database } from '../../database/database';
import { update } from '../../database/rows';
import type { Write } from '../../database/write-queue';
import { MessageEntity } from '../entities/message.entity';
import { TurnEntity } from '../entities/turn.entity';
import { EventHead, SupersededEvents } from './superseded-events';
import { placeholdersOf } from '../../database/placeholders';

/** Events looked at, and deleted at most, in one step. */
const PAGE = 200;
const HEADS = `SELECT "seq", "turn_id", "type",
  CASE WHEN "type" = 'usage.updated' THEN "data" ELSE substr("data", 1, 80) END AS "head"
  FROM "events" WHERE "chat_id" = $1 AND "seq" > $2 ORDER BY "seq" LIMIT ${PAGE}`;
/** What is kept behind deleted events names the last that is kept before them. */
const RELINK = `UPDATE "events" SET "previous_seq" = COALESCE((SELECT MAX("before"."seq") FROM "events" AS "before"
  WHERE "before"."chat_id" = $1 AND "before"."seq" <= $2), 0)
  WHERE "chat_id" = $3 AND "seq" = (SELECT MIN("behind"."seq") FROM "events" AS "behind"
  WHERE "behind"."chat_id" = $4 AND "behind"."seq" > $5)`;

/**
 * Takes out of the log what a turn that has ended says no more: each step is a transaction after which the log is right,
 * so that a process that dies in between leaves nothing to be mended, and the next begins anew.
 *
 * @param pause waited for before each step
 */
export async function compactTurn(database: Database, turn: TurnEntity, pause: () => Promise<void>): Promise<void> {
  const start = await startOf(database, turn);
  const superseded = new SupersededEvents(turn.id);
  for await (const page of pagesOf(database, turn.chatId, start)) {
    page.forEach((head) => superseded.see(head));
    if (superseded.isComplete) break;
    await pause();
  }
  for await (const page of pagesOf(database, turn.chatId, start)) {
    const runs = runsOf(page, superseded);
    await pause();
    if (runs.length > 0) await database.write(deletionOf(turn, runs), { lane: turn.chatId });
    if (page.some(({ turnId, type }) => turnId === turn.id && type === 'turn.completed')) break;
  }
  await database.write(update(TurnEntity, { id: turn.id }, { compactedAt: now() }), { lane: turn.chatId });
}

interface StoredHead extends Omit<EventHead, 'turnId'> {
  readonly turn_id: string | null;
}

/** A number before the turn's first event. */
async function startOf({ read }: Database, { id }: TurnEntity): Promise<number> {
  return ((await read.minimum(MessageEntity, 'seq', { turnId: id })) ?? 1) - 1;
}

async function* pagesOf({ read }: Database, chatId: string, after: number): AsyncGenerator<EventHead[]> {
  for (let last = after; ;) {
    const rows: StoredHead[] = await read.query(HEADS, [chatId, last]);
    if (rows.length === 0) return;
    yield rows.map((row): EventHead => ({
      ...{ seq: Number(row.seq), turnId: row.turn_id },
      ...{ type: String(row.type), head: String(row.head) },
    }));
    last = Number(rows.at(-1)?.seq);
  }
}

/** The numbers of superseded events, in runs that nothing kept lies between. */
function runsOf(page: readonly EventHead[], superseded: SupersededEvents): number[][] {
  const runs: number[][] = [[]];
  for (const head of page) {
    if (superseded.has(head)) runs.at(-1)?.push(head.seq);
    else if (runs.at(-1)?.length !== 0) runs.push([]);
  }
  return runs.filter(({ length }) => length > 0);
}

/** Events of the turn alone: one that has gone by age since it was read may stand for the beginning of the log now. */
function deletionOf({ id, chatId }: TurnEntity, runs: readonly number[][]): Write<void> {
  const seqs = runs.flat();
  const places = placeholdersOf(seqs, 2);
  const statement = `DELETE FROM "events" WHERE "chat_id" = $1 AND "turn_id" = $2 AND "seq" IN (${places})`;
  return async (tx) => {
    await tx.run(statement, [chatId, id, ...seqs]);
    for (const run of runs) {
      const last = run.at(-1);
      await tx.run(RELINK, [chatId, last, chatId, chatId, last]);
    }
  };
}
