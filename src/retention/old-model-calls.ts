import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { placeholdersOf } from '../database/placeholders';

const CALLS_PER_STEP = 500;
const KEY = '"at", "user_id", "backend", "model", "chat_ref", "key_ref"';
const SUMS = [
  ...['calls', 'failed_calls', 'unpriced_calls'],
  ...['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_micros'],
];

/** Puts model calls into sums by the hour, and deletes them. */
@Injectable()
export class OldModelCalls {
  constructor(private readonly database: Database) {}

  /** @param before ISO 8601: calls that began before it. Resolves with how many were deleted; undefined: no more */
  async step(before: string): Promise<number | undefined> {
    const rows = await this.database.read.query<{ id: string }[]>(
      `SELECT "id" FROM "model_calls" WHERE "at" < $1 ORDER BY "at" LIMIT ${CALLS_PER_STEP}`,
      [before],
    );
    if (rows.length === 0) return undefined;
    const ids = rows.map(({ id }) => id);
    const these = `"id" IN (${placeholdersOf(ids)})`;
    return this.database.write(async (tx) => {
      await tx.run(
        `INSERT INTO "usage_hours" (${KEY}, ${SUMS.map((name) => `"${name}"`).join(', ')})
         SELECT substr("at", 1, 13) || ':00:00.000Z', "user_id", "backend", "model",
           COALESCE("chat_id", ''), COALESCE("key_id", ''), COUNT(*),
           SUM(CASE WHEN "status" = 'failed' THEN 1 ELSE 0 END),
           SUM(CASE WHEN "cost_micros" IS NULL THEN 1 ELSE 0 END),
           SUM("input_tokens"), SUM("cached_tokens"), SUM("output_tokens"), SUM("reasoning_tokens"),
           COALESCE(SUM("cost_micros"), 0)
         FROM "model_calls" WHERE ${these}
         GROUP BY substr("at", 1, 13), "user_id", "backend", "model", COALESCE("chat_id", ''), COALESCE("key_id", '')
         ON CONFLICT (${KEY}) DO UPDATE SET
           ${SUMS.map((name) => `"${name}" = "usage_hours"."${name}" + excluded."${name}"`).join(', ')}`,
        ids,
      );
      return tx.run(`DELETE FROM "model_calls" WHERE ${these}`, ids);
    });
  }
}
