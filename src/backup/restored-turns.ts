import type { DataSource } from 'typeorm';
import { readEntries } from './manifest';

const ROLLOUT = /\/rollout-[^/]*-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/;
/** Codex writes a thread's file a little behind what it says. */
const MARGIN_MS = 1_000;

interface EndedTurn {
  readonly id: string;
  readonly endedAt: string;
  readonly threadId: string | null;
}

/**
 * Has the service compare each turn that ended while or after codex's copy of its thread was read with that copy, which may
 * have only a part of it, and none of the end.
 *
 * @param startedAt of the backup
 * @returns how many turns these are
 */
export async function doubtLateTurns(database: DataSource, backup: string, startedAt: string): Promise<number> {
  const from = new Date(Date.parse(startedAt) - MARGIN_MS).toISOString();
  const turns = await database.query<EndedTurn[]>(
    `SELECT t."id" AS "id", t."ended_at" AS "endedAt", c."codex_thread_id" AS "threadId" FROM "turns" AS t
     JOIN "chat_sessions" AS c ON c."id" = t."chat_id" WHERE t."ended_at" >= $1 AND t."status" = 'completed'`,
    [from],
  );
  if (turns.length === 0) return 0;
  const copiedAt = await copiedThreads(backup);
  const late = turns.filter(({ endedAt, threadId }) => {
    const copied = threadId === null ? undefined : copiedAt.get(threadId);
    return copied !== undefined && Date.parse(endedAt) >= Date.parse(copied) - MARGIN_MS;
  });
  for (const { id } of late) await database.query(`UPDATE "turns" SET "synced" = false WHERE "id" = $1`, [id]);
  return late.length;
}

async function copiedThreads(backup: string): Promise<Map<string, string>> {
  const copied = new Map<string, string>();
  for await (const entry of readEntries(backup)) {
    const [, threadId] = entry.type === 'file' ? (ROLLOUT.exec(entry.path) ?? []) : [];
    if (entry.type === 'file' && threadId !== undefined) copied.set(threadId, entry.copiedAt);
  }
  return copied;
}
