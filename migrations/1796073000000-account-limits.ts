import { MigrationInterface, QueryRunner, Table, TableIndex } from 'typeorm';

const column = (name: string, type = 'varchar') => ({ name, type, isPrimary: name === 'id' });

const TABLES = [
  { name: 'account_limits', columns: [column('id'), column('limits', 'text'), column('updated_at')] },
  {
    name: 'usage_counters',
    columns: [column('id'), column('period'), column('tokens', 'bigint'), column('cost_micros', 'bigint')],
  },
  { name: 'limit_gates', columns: [column('id'), column('admitted', 'bigint')] },
];

/** Limits of users and projects, what they have used, and how large the folders of chats are. */
export class AccountLimits1796073000000 implements MigrationInterface {
  readonly name = 'AccountLimits1796073000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(new Table(table));
    const index = { name: 'usage_counters_period', columnNames: ['period'] };
    await runner.createIndex('usage_counters', new TableIndex(index));
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "stored_bytes" bigint NOT NULL DEFAULT 0');
    const today = new Date().toISOString();
    for (const period of [today.slice(0, 10), today.slice(0, 7)]) {
      await this.count(runner, period, 'user', '"call"."user_id"', '"model_calls" "call"');
      const ofChats = '"model_calls" "call" JOIN "chat_sessions" "chat" ON "chat"."id" = "call"."chat_id"';
      await this.count(runner, period, 'project', '"chat"."project_id"', ofChats);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "stored_bytes"');
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }

  /** What was used in this day or month before there were counters. */
  private async count(
    runner: QueryRunner,
    period: string,
    kind: string,
    ...[id, rows]: [id: string, rows: string]
  ): Promise<void> {
    await runner.query(
      'INSERT INTO "usage_counters" ("id", "period", "tokens", "cost_micros") ' +
        `SELECT '${kind}:' || ${id} || ':${period}', '${period}', ` +
        'SUM("call"."input_tokens" + "call"."output_tokens"), COALESCE(SUM("call"."cost_micros"), 0) ' +
        `FROM ${rows} WHERE "call"."at" >= '${period}' AND ${id} IS NOT NULL GROUP BY ${id}`,
    );
  }
}
