import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';

const indexOn = (column: string, name: string): TableIndex =>
  new TableIndex({ name, columnNames: ['chat_id', 'id'], where: `NOT "${column}"` });

/**
 * Names what the column says: whether codex's thread is in sync with the turn.
 *
 * In SQL of its own: in SQLite, TypeORM would copy every turn into a new table for it.
 */
export class SyncedTurns1795500000000 implements MigrationInterface {
  readonly name = 'SyncedTurns1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('turns', 'turns_doubtful');
    await runner.query('ALTER TABLE "turns" RENAME COLUMN "remembered" TO "synced"');
    await runner.createIndex('turns', indexOn('synced', 'turns_unsynced'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('turns', 'turns_unsynced');
    await runner.query('ALTER TABLE "turns" RENAME COLUMN "synced" TO "remembered"');
    await runner.createIndex('turns', indexOn('remembered', 'turns_doubtful'));
  }
}
