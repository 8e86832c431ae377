import { ERASED_OWNER } from '../../auth/principal';
import { placeholdersOf } from '../../database/placeholders';
import type { WriteTransaction } from '../../database/write-transaction';

const KEY = '"at", "user_id", "backend", "model", "chat_ref", "key_ref"';
const SUMS = [
  ...['calls', 'failed_calls', 'unpriced_calls'],
  ...['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_micros'],
];
const SUM_NAMES = SUMS.map((name) => `"${name}"`).join(', ');

/** Calls, as hours of one call each; `""` for no chat and no key. */
const CALLS_AS_HOURS = `SELECT substr("at", 1, 13) || ':00:00.000Z' AS "at", "user_id", "backend", "model",
  COALESCE("chat_id", '') AS "chat_ref", COALESCE("key_id", '') AS "key_ref", 1 AS "calls",
  CASE WHEN "status" = 'failed' THEN 1 ELSE 0 END AS "failed_calls",
  CASE WHEN "cost_micros" IS NULL THEN 1 ELSE 0 END AS "unpriced_calls",
  "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens",
  COALESCE("cost_micros", 0) AS "cost_micros" FROM "model_calls"`;

/** Hours in the name of nobody: without user, without key, and without what was said in a chat that is gone. */
const namelessly = (hours: string): string =>
  `SELECT "at", '${ERASED_OWNER}' AS "user_id", "backend", "model",
     CASE WHEN EXISTS (SELECT 1 FROM "chat_sessions" WHERE "chat_sessions"."id" = "hour"."chat_ref")
       THEN "chat_ref" ELSE '' END AS "chat_ref", '' AS "key_ref", ${SUM_NAMES} FROM (${hours}) AS "hour"`;

/** Adds hours to the sums. @param hours a statement that reads them, in the columns of the table */
const addTo = (hours: string): string =>
  `INSERT INTO "usage_hours" (${KEY}, ${SUM_NAMES})
   SELECT ${KEY}, ${SUMS.map((name) => `SUM("${name}")`).join(', ')} FROM (${hours}) AS "added" GROUP BY ${KEY}
   ON CONFLICT (${KEY}) DO UPDATE SET
     ${SUMS.map((name) => `"${name}" = "usage_hours"."${name}" + excluded."${name}"`).join(', ')}`;

/** Puts calls into the sums by the hour, and deletes them. Resolves with how many there were. */
export async function sumUpCalls(tx: WriteTransaction, ids: readonly string[], named: boolean): Promise<number> {
  const these = `"id" IN (${placeholdersOf(ids)})`;
  const hours = `${CALLS_AS_HOURS} WHERE ${these}`;
  await tx.run(addTo(named ? hours : namelessly(hours)), [...ids]);
  return tx.run(`DELETE FROM "model_calls" WHERE ${these}`, [...ids]);
}

/** Takes a user out of the sums by the hour, which stay as they are otherwise. */
export async function takeNameOutOfHours(tx: WriteTransaction, userId: string): Promise<void> {
  await tx.run(addTo(namelessly('SELECT * FROM "usage_hours" WHERE "user_id" = $1')), [userId]);
  await tx.run('DELETE FROM "usage_hours" WHERE "user_id" = $1', [userId]);
}
