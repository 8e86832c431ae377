import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Queues that their users change: whether one is held, which of its turns may begin all the same, and how often it was
 * changed; and by what a message is recognised that is sent again. A message of an older database has no fingerprint.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every row into a new table for it.
 */
export class QueuesOfUsers1796110000000 implements MigrationInterface {
  readonly name = 'QueuesOfUsers1796110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "queue_held" boolean NOT NULL DEFAULT false');
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "queue_pass" varchar');
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "queue_revision" integer NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE "messages" ADD COLUMN "fingerprint" varchar');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "messages" DROP COLUMN "fingerprint"');
    for (const column of ['queue_revision', 'queue_pass', 'queue_held']) {
      await runner.query(`ALTER TABLE "chat_sessions" DROP COLUMN "${column}"`);
    }
  }
}
