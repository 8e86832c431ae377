import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false) => ({
  ...{ name, type: 'varchar', isPrimary: name === 'id', isNullable },
});
const SIZE = { name: 'size', type: 'bigint' };

const foreignKey = (column: string, table: string, onDelete?: 'CASCADE' | 'SET NULL') =>
  new TableForeignKey({ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete });

/** Files of projects, files that wait for their message, and the names of those that messages have. */
export class Files1796080000000 implements MigrationInterface {
  readonly name = 'Files1796080000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "blob_references" ADD COLUMN "file_name" varchar');
    await runner.createTable(
      new Table({
        name: 'project_files',
        columns: [
          ...[text('id'), text('project_id'), text('user_id', true), text('blob_id'), text('name'), text('media_type')],
          ...[SIZE, text('sha256'), text('created_at')],
        ],
        foreignKeys: [
          ...[foreignKey('project_id', 'projects', 'CASCADE'), foreignKey('user_id', 'users', 'SET NULL')],
          // Nothing that is referred to can go.
          foreignKey('blob_id', 'blobs'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'attachment_uploads',
        columns: [
          ...[
            text('id'),
            text('chat_id'),
            text('user_id'),
            text('blob_id'),
            text('file_name'),
            text('media_type'),
            SIZE,
          ],
          text('created_at'),
        ],
        foreignKeys: [foreignKey('chat_id', 'chat_sessions', 'CASCADE'), foreignKey('user_id', 'users', 'CASCADE')],
      }),
    );
    for (const [table, columnNames, isUnique] of INDICES) {
      const index = { name: `${table}_${columnNames.join('_')}`, columnNames, isUnique };
      await runner.createIndex(table, new TableIndex(index));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['attachment_uploads', 'project_files']) await runner.dropTable(table);
    await runner.query('ALTER TABLE "blob_references" DROP COLUMN "file_name"');
  }
}

const INDICES: [table: string, columns: string[], isUnique: boolean][] = [
  ['project_files', ['project_id', 'name'], true],
  ['project_files', ['project_id', 'id'], false],
  ['project_files', ['blob_id'], false],
  ['project_files', ['user_id'], false],
  ['attachment_uploads', ['chat_id'], false],
  ['attachment_uploads', ['created_at'], false],
];
