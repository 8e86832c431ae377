import { LimitedKind } from './account-limits.entity';
import { LimitName } from './limit-reached';
import { counterId, dayOf, monthOf } from './usage-counters';

/** Runs a statement that reads, in a transaction or outside of one. */
export type Query = (text: string, parameters: unknown[]) => Promise<unknown>;

/** How much was used of a limit, and until when that counts. */
export interface Used {
  readonly used: number;
  /** Unix milliseconds; null: nobody knows, as for turns that run. */
  readonly resetsAtMs: number | null;
}

const MINUTE_MS = 60_000;

/** Turns of a user, or in the chats of a project, with their states and times. */
const TURNS: Readonly<Record<LimitedKind, string>> = {
  user: '"turns" "turn" WHERE "turn"."copied_from" IS NULL AND "turn"."author_id" = $1',
  project:
    '"turns" "turn" JOIN "chat_sessions" "chat" ON "chat"."id" = "turn"."chat_id" WHERE "turn"."copied_from" IS NULL AND "chat"."project_id" = $1',
};

const STORED: Readonly<Record<LimitedKind, string>> = { user: 'user_id', project: 'project_id' };

/** Copies of repositories, of a project, or of those that a user owns; of several owners the first counts. */
const MIRRORS: Readonly<Record<LimitedKind, string>> = {
  user:
    '"project_repositories" repository WHERE repository."project_id" IN (SELECT "project_id" FROM "project_members" ' +
    `WHERE "user_id" = $3 AND "role" = 'owner') AND NOT EXISTS (SELECT 1 FROM "project_members" own JOIN "project_members" earlier ` +
    'ON earlier."project_id" = own."project_id" ' +
    'AND (earlier."created_at", earlier."id") < (own."created_at", own."id") ' +
    `AND earlier."role" = 'owner' WHERE own."project_id" = repository."project_id" AND own."user_id" = $4)`,
  project: '"project_repositories" WHERE "project_id" = $3',
};

/** Reads how much is used of one limit now. */
export async function usedOf(query: Query, limit: LimitName, kind: LimitedKind, id: string): Promise<Used> {
  switch (limit) {
    case 'turns_at_once':
      return atOnce(query, kind, id);
    case 'turns_per_minute':
      return inMinute(query, kind, id);
    case 'storage': {
      const column = STORED[kind];
      const sum =
        `SELECT COALESCE((SELECT SUM("stored_bytes" + "snapshot_bytes") FROM "chat_sessions" WHERE "${column}" = $1), 0) + ` +
        `COALESCE((SELECT SUM("size") FROM "project_files" WHERE "${column}" = $2), 0) + ` +
        `COALESCE((SELECT SUM("mirror_bytes") FROM ${MIRRORS[kind]}), 0) AS "used"`;
      const values = kind === 'user' ? [id, id, id, id] : [id, id, id];
      return { used: numberIn(await query(sum, values), 'used'), resetsAtMs: null };
    }
    default:
      return inPeriod(query, limit, kind, id);
  }
}

async function atOnce(query: Query, kind: LimitedKind, id: string): Promise<Used> {
  const text = `SELECT COUNT(*) AS "used" FROM ${TURNS[kind]} AND "turn"."status" IN ('queued', 'running')`;
  return { used: numberIn(await query(text, [id]), 'used'), resetsAtMs: null };
}

async function inMinute(query: Query, kind: LimitedKind, id: string): Promise<Used> {
  const since = new Date(Date.now() - MINUTE_MS).toISOString();
  const text = `SELECT COUNT(*) AS "used", MIN("turn"."created_at") AS "first" FROM ${TURNS[kind]} AND "turn"."created_at" > $2`;
  const rows = (await query(text, [id, since])) as { first: string | null }[];
  const first = rows[0]?.first ?? null;
  return { used: numberIn(rows, 'used'), resetsAtMs: first === null ? null : Date.parse(first) + MINUTE_MS };
}

async function inPeriod(query: Query, limit: LimitName, kind: LimitedKind, id: string): Promise<Used> {
  const at = new Date();
  const isDay = limit.endsWith('_day');
  const period = isDay ? dayOf(at.toISOString()) : monthOf(at.toISOString());
  const column = limit.startsWith('cost') ? 'cost_micros' : 'tokens';
  const text = `SELECT "${column}" AS "used" FROM "usage_counters" WHERE "id" = $1`;
  const end = isDay
    ? Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1)
    : Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
  return { used: numberIn(await query(text, [counterId(kind, id, period)]), 'used'), resetsAtMs: end };
}

const numberIn = (rows: unknown, name: string): number => Number((rows as Record<string, unknown>[])[0]?.[name] ?? 0);
