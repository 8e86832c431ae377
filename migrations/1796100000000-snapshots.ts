import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable, isPrimary: name === 'id' });
const foreignKey = (column: string, table: string) =>
  new TableForeignKey({
    ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  });
const integer = (name: string) => ({ name, type: 'integer' });

/** Columns of tables that are there already: in SQL of its own, as in SQLite TypeORM would copy every row for one. */
const ADDED: readonly (readonly [table: string, column: string, type: string])[] = [
  ['chat_sessions', 'parent_id', 'varchar'],
  ['chat_sessions', 'parent_turn_id', 'varchar'],
  ['chat_sessions', 'family_id', `varchar NOT NULL DEFAULT ''`],
  ['chat_sessions', 'branch_key', 'varchar'],
  ['chat_sessions', 'thread_origin', 'text'],
  ['chat_sessions', 'snapshot_bytes', 'bigint NOT NULL DEFAULT 0'],
  ['turns', 'copied_from', 'varchar'],
  ['turns', 'codex_thread_id', 'varchar'],
  ['turns', 'codex_turn_id', 'varchar'],
  ['removed_chats', 'family_id', 'varchar'],
];

const INDICES: [table: string, columns: string[], isUnique: boolean][] = [
  ['chat_sessions', ['family_id', 'id'], false],
  ['chat_sessions', ['parent_id', 'branch_key'], true],
  ['workspace_snapshots', ['chat_id', 'position', 'id'], false],
];

/** Recorded states of workspaces, and chats that branch off from others. */
export class Snapshots1796100000000 implements MigrationInterface {
  readonly name = 'Snapshots1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of ADDED) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${type}`);
    }
    await runner.query('UPDATE "chat_sessions" SET "family_id" = "id"');
    await runner.createTable(
      new Table({
        name: 'workspace_snapshots',
        columns: [
          ...[varchar('id'), varchar('user_id'), varchar('chat_id'), varchar('turn_id', true), integer('position')],
          ...[varchar('kind'), varchar('commit_id', true), integer('files'), { name: 'bytes', type: 'bigint' }],
          ...[{ name: 'skipped', type: 'text' }, integer('skipped_count'), varchar('reason', true)],
          ...[varchar('restoring', true), varchar('created_at')],
        ],
        foreignKeys: [foreignKey('chat_id', 'chat_sessions'), foreignKey('user_id', 'users')],
      }),
    );
    for (const [table, columnNames, isUnique] of INDICES) {
      const index = { name: `${table}_${columnNames.join('_')}`, columnNames, isUnique };
      await runner.createIndex(table, new TableIndex(index));
    }
    await runner.query(
      `CREATE INDEX "workspace_snapshots_restoring" ON "workspace_snapshots" ("restoring") WHERE "restoring" IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('workspace_snapshots');
    for (const [table, columns] of INDICES.slice(0, 2)) {
      await runner.dropIndex(table, `${table}_${columns.join('_')}`);
    }
    for (const [table, column] of [...ADDED].reverse()) {
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
    }
  }
}
