import { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a turn of a chat was to plan. */
export class PlannedChats1796120000000 implements MigrationInterface {
  readonly name = 'PlannedChats1796120000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "has_planned" boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "has_planned"');
  }
}
