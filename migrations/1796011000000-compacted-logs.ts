import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';

/**
 * What a compacted log is told by: the event before each that is kept, and whether a turn has been compacted. Turns of an
 * older database are not yet; in an event, null stands for the number right before it.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every row into a new table for it.
 */
export class CompactedLogs1796011000000 implements MigrationInterface {
  readonly name = 'CompactedLogs1796011000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "events" ADD COLUMN "previous_seq" integer');
    await runner.query('ALTER TABLE "turns" ADD COLUMN "compacted_at" varchar');
    const where = '"compacted_at" IS NULL';
    await runner.createIndex('turns', new TableIndex({ name: 'turns_uncompacted', columnNames: ['ended_at'], where }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "turns_uncompacted"');
    await runner.query('ALTER TABLE "turns" DROP COLUMN "compacted_at"');
    await runner.query('ALTER TABLE "events" DROP COLUMN "previous_seq"');
  }
}
