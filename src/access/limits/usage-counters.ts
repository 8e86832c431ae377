import type { WriteTransaction } from '../../database/write-transaction';
import { LimitedKind } from './account-limits.entity';
import { limitedId } from './limit-settings';
import { placeholdersOf } from '../../database/placeholders';

/** What a call has used, and whose it is. */
export interface CountedCall {
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly userId: string;
  readonly chatId: string | null;
  readonly tokens: number;
  readonly costMicros: number;
}

/** What a user, or a project, has used in a day or a month once a call was counted. */
export interface RaisedCounter {
  readonly kind: LimitedKind;
  /** Of the user or project. */
  readonly ownerId: string;
  /** `2026-11-29` or `2026-11`. */
  readonly period: string;
  readonly tokens: number;
  readonly costMicros: number;
  /** What of it is new. */
  readonly more: { readonly tokens: number; readonly costMicros: number };
}

interface Sum {
  readonly kind: LimitedKind;
  readonly ownerId: string;
  readonly period: string;
  tokens: number;
  costMicros: number;
}

export const dayOf = (at: string): string => at.slice(0, 10);
export const monthOf = (at: string): string => at.slice(0, 7);

export const counterId = (kind: LimitedKind, id: string, period: string): string => `${limitedId(kind, id)}:${period}`;

/** Raises what the users, and the projects of the chats, have used, in the statement itself. */
export async function countUsage(tx: WriteTransaction, calls: readonly CountedCall[]): Promise<RaisedCounter[]> {
  const projects = await projectsOf(tx, [...new Set(calls.flatMap(({ chatId }) => chatId ?? []))]);
  const sums = new Map<string, Sum>();
  for (const call of calls) {
    add(sums, 'user', call.userId, call);
    const project = projects.get(call.chatId ?? '');
    if (project !== undefined) add(sums, 'project', project, call);
  }
  // In one order everywhere: two transactions that raise the same counters do not wait for each other in a circle.
  const raised: RaisedCounter[] = [];
  for (const [id, { kind, ownerId, period, tokens, costMicros }] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [row] = await tx.all(
      'INSERT INTO "usage_counters" ("id", "period", "tokens", "cost_micros") VALUES ($1, $2, $3, $4) ' +
        'ON CONFLICT ("id") DO UPDATE SET "tokens" = "usage_counters"."tokens" + excluded."tokens", ' +
        '"cost_micros" = "usage_counters"."cost_micros" + excluded."cost_micros" RETURNING "tokens", "cost_micros"',
      [id, period, tokens, costMicros],
    );
    const now = { tokens: Number(row?.tokens ?? 0), costMicros: Number(row?.cost_micros ?? 0) };
    raised.push({ kind, ownerId, period, ...now, more: { tokens, costMicros } });
  }
  return raised;
}

function add(sums: Map<string, Sum>, kind: LimitedKind, id: string, { at, tokens, costMicros }: CountedCall): void {
  for (const period of [dayOf(at), monthOf(at)]) {
    const key = counterId(kind, id, period);
    const sum = sums.get(key) ?? { kind, ownerId: id, period, tokens: 0, costMicros: 0 };
    sum.tokens += tokens;
    sum.costMicros += costMicros;
    sums.set(key, sum);
  }
}

async function projectsOf(tx: WriteTransaction, chatIds: readonly string[]): Promise<Map<string, string>> {
  if (chatIds.length === 0) return new Map();
  const places = placeholdersOf(chatIds);
  const rows = await tx.query<{ id: string; project: string | null }[]>(
    `SELECT "id", "project_id" AS "project" FROM "chat_sessions" WHERE "id" IN (${places})`,
    [...chatIds],
  );
  return new Map(rows.flatMap(({ id, project }) => (project === null ? [] : [[id, project] as const])));
}
