import { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = ['at', 'user_id', 'backend', 'model', 'chat_ref', 'key_ref'];
const SUMS = [
  ...['calls', 'failed_calls', 'unpriced_calls'],
  ...['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_micros'],
];

/** What model calls have used, hour by hour, of which the rows themselves are kept no longer. */
export class UsageHours1796042000000 implements MigrationInterface {
  readonly name = 'UsageHours1796042000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = [
      ...KEY.map((name) => `"${name}" varchar NOT NULL`),
      ...SUMS.map((name) => `"${name}" bigint NOT NULL`),
      `PRIMARY KEY (${KEY.map((name) => `"${name}"`).join(', ')})`,
      'FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE',
    ];
    await runner.query(`CREATE TABLE "usage_hours" (${columns.join(', ')})`);
    await runner.query('CREATE INDEX "usage_hours_user_id_at" ON "usage_hours" ("user_id", "at")');
    await runner.query('CREATE INDEX "usage_hours_chat_ref" ON "usage_hours" ("chat_ref", "at")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "usage_hours"');
  }
}
