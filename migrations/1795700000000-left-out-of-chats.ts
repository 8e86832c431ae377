import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What of a chat does not go out to models any more because a provider has refused it.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every chat into a new table for it.
 */
export class LeftOutOfChats1795700000000 implements MigrationInterface {
  readonly name = 'LeftOutOfChats1795700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "left_out" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "left_out"');
  }
}
