import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';

/** Tables whose rows come into a chat by an event, its type, and where in its data their id begins, counted from 1. */
const BROUGHT_IN = [
  { table: 'messages', event: 'message.created', idAt: '{"message":{"id":"'.length + 1 },
  { table: 'agent_actions', event: 'item.started', idAt: '{"item":{"id":"'.length + 1 },
  { table: 'approvals', event: 'approval.requested', idAt: '{"approval":{"id":"'.length + 1 },
  { table: 'approval_rules', event: 'approval_rule.created', idAt: '{"rule":{"id":"'.length + 1 },
] as const;
const ID_LENGTH = 36;

const TOKENS = [
  ...['inputTokens', 'cachedInputTokens', 'outputTokens', 'reasoningOutputTokens', 'totalTokens'],
] as const;
const CHATS_AT_ONCE = 500;

interface TurnsIndex {
  readonly name: string;
  readonly columnNames: readonly string[];
  readonly isUnique?: boolean;
  readonly where?: string;
}

const byNumber: readonly [table: string, index: TurnsIndex][] = [
  ['turns', { name: 'turns_chat_id_ordinal', columnNames: ['chat_id', 'ordinal'], isUnique: true }],
  ['turns', { name: 'turns_unsynced', columnNames: ['chat_id', 'ordinal'], where: 'NOT "synced"' }],
  ['messages', { name: 'messages_chat_id_turn_id_seq', columnNames: ['chat_id', 'turn_id', 'seq'] }],
  ['agent_actions', { name: 'agent_actions_chat_id_seq', columnNames: ['chat_id', 'seq'] }],
  ['approval_rules', { name: 'approval_rules_chat_id_seq', columnNames: ['chat_id', 'seq'] }],
];
const byId: readonly [table: string, index: TurnsIndex][] = [
  ['turns', { name: 'turns_chat_id_id', columnNames: ['chat_id', 'id'] }],
  ['turns', { name: 'turns_unsynced', columnNames: ['chat_id', 'id'], where: 'NOT "synced"' }],
  ['messages', { name: 'messages_chat_id_turn_id_id', columnNames: ['chat_id', 'turn_id', 'id'] }],
  ['agent_actions', { name: 'agent_actions_chat_id_id', columnNames: ['chat_id', 'id'] }],
  ['approval_rules', { name: 'approval_rules_chat_id_id', columnNames: ['chat_id', 'id'] }],
];

/**
 * The order inside of a chat, and what it has used, in the database: the number of its last event, the place of each turn
 * among its turns and of each row in its log, and a column for each kind of tokens, so that statements can raise them.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every row into a new table for it.
 */
export class OrderInChats1796010000000 implements MigrationInterface {
  readonly name = 'OrderInChats1796010000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "last_seq" integer NOT NULL DEFAULT 0');
    await runner.query(`UPDATE "chat_sessions" SET "last_seq" =
      COALESCE((SELECT MAX("seq") FROM "events" WHERE "events"."chat_id" = "chat_sessions"."id"), 0)`);
    await runner.query('ALTER TABLE "turns" ADD COLUMN "ordinal" integer NOT NULL DEFAULT 0');
    await numberById(runner, 'turns', 'ordinal');
    for (const { table, event, idAt } of BROUGHT_IN) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "seq" integer NOT NULL DEFAULT 0`);
      // A row without an event of its own comes where it was: behind those with smaller ids.
      await numberById(runner, table, 'seq');
      await runner.query(`UPDATE "${table}" SET "seq" = "brought"."seq"
        FROM (SELECT "chat_id", "seq", substr("data", ${idAt}, ${ID_LENGTH}) AS "id" FROM "events"
          WHERE "type" = '${event}') AS "brought"
        WHERE "brought"."id" = "${table}"."id" AND "brought"."chat_id" = "${table}"."chat_id"`);
    }
    await replaceIndices(runner, byId, byNumber);
    await splitUsage(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await joinUsage(runner);
    await replaceIndices(runner, byNumber, byId);
    for (const { table } of BROUGHT_IN) await runner.query(`ALTER TABLE "${table}" DROP COLUMN "seq"`);
    await runner.query('ALTER TABLE "turns" DROP COLUMN "ordinal"');
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "last_seq"');
  }
}

/** 1, 2, 3 ... in each chat, in the order of the ids. */
async function numberById(runner: QueryRunner, table: string, column: string): Promise<void> {
  await runner.query(`UPDATE "${table}" SET "${column}" = "numbered"."place"
    FROM (SELECT "id", ROW_NUMBER() OVER (PARTITION BY "chat_id" ORDER BY "id") AS "place" FROM "${table}") AS "numbered"
    WHERE "numbered"."id" = "${table}"."id"`);
}

async function replaceIndices(runner: QueryRunner, old: typeof byId, made: typeof byId): Promise<void> {
  for (const [, { name }] of old) await runner.query(`DROP INDEX "${name}"`);
  for (const [table, index] of made) {
    await runner.createIndex(table, new TableIndex({ ...index, columnNames: [...index.columnNames] }));
  }
}

const columnOf = (kind: string): string => `usage_${kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

async function splitUsage(runner: QueryRunner): Promise<void> {
  for (const kind of TOKENS) {
    await runner.query(`ALTER TABLE "chat_sessions" ADD COLUMN "${columnOf(kind)}" bigint NOT NULL DEFAULT 0`);
  }
  const settings = TOKENS.map((kind, index) => `"${columnOf(kind)}" = $${index + 1}`).join(', ');
  const text = `UPDATE "chat_sessions" SET ${settings} WHERE "id" = $${TOKENS.length + 1}`;
  await eachChat<{ usage: string }>(runner, '"usage"', async (id, { usage }) => {
    const tokens = JSON.parse(usage) as Partial<Record<string, number>>;
    await runner.query(text, [...TOKENS.map((kind) => tokens[kind] ?? 0), id]);
  });
  await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "usage"');
}

async function joinUsage(runner: QueryRunner): Promise<void> {
  await runner.query(`ALTER TABLE "chat_sessions" ADD COLUMN "usage" text NOT NULL DEFAULT '{}'`);
  const columns = TOKENS.map((kind) => `"${columnOf(kind)}" AS "${kind}"`).join(', ');
  await eachChat<Record<string, unknown>>(runner, columns, async (id, row) => {
    const usage = Object.fromEntries(TOKENS.map((kind) => [kind, Number(row[kind])]));
    await runner.query('UPDATE "chat_sessions" SET "usage" = $1 WHERE "id" = $2', [JSON.stringify(usage), id]);
  });
  for (const kind of TOKENS) await runner.query(`ALTER TABLE "chat_sessions" DROP COLUMN "${columnOf(kind)}"`);
}

async function eachChat<T>(
  runner: QueryRunner,
  columns: string,
  visit: (id: string, row: T) => Promise<void>,
): Promise<void> {
  for (let after = ''; ;) {
    const text = `SELECT "id", ${columns} FROM "chat_sessions" WHERE "id" > $1 ORDER BY "id" LIMIT ${CHATS_AT_ONCE}`;
    const rows = (await runner.query(text, [after])) as (T & { id: string })[];
    for (const row of rows) await visit(row.id, row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
