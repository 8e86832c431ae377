import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false) => ({
  ...{ name, type: 'varchar', isPrimary: name === 'id', isNullable },
});
const content = { name: 'content', type: 'text' };

const foreignKey = (column: string, table: string, onDelete: 'CASCADE' | 'SET NULL') =>
  new TableForeignKey({ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete });

/** Templates of projects and users, what they said when chats were made from them, and the instructions of projects. */
export class Templates1796150000000 implements MigrationInterface {
  readonly name = 'Templates1796150000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'templates',
        columns: [
          ...[text('id'), text('project_id', true), text('user_id', true), text('author_id', true), content],
          ...[{ name: 'version', type: 'integer' }, text('created_at'), text('updated_at')],
        ],
        foreignKeys: [
          ...[foreignKey('project_id', 'projects', 'CASCADE'), foreignKey('user_id', 'users', 'CASCADE')],
          foreignKey('author_id', 'users', 'SET NULL'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'template_versions',
        columns: [text('id'), text('template_id'), content, text('created_at')],
      }),
    );
    for (const [table, column] of INDICES) {
      await runner.createIndex(table, new TableIndex({ name: `${table}_${column}`, columnNames: [column] }));
    }
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "template_version_id" varchar');
    await runner.createIndex('chat_sessions', OF_CHATS);
    await runner.query('ALTER TABLE "projects" ADD COLUMN "instructions" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "projects" DROP COLUMN "instructions"');
    await runner.dropIndex('chat_sessions', OF_CHATS);
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "template_version_id"');
    for (const table of ['template_versions', 'templates']) await runner.dropTable(table);
  }
}

const OF_CHATS = new TableIndex({ name: 'chat_sessions_template', columnNames: ['template_version_id'] });

const INDICES = [
  ['templates', 'project_id'],
  ['templates', 'user_id'],
  ['templates', 'author_id'],
  ['template_versions', 'created_at'],
] as const;
