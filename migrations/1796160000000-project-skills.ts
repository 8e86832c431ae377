import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false, type = 'varchar') => ({
  ...{ name, type, isPrimary: name === 'id', isNullable },
});

const foreignKey = (column: string, table: string, onDelete: 'CASCADE' | 'SET NULL') =>
  new TableForeignKey({ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete });

/** Skills of projects, which of them and of the operator's a chat has chosen, and what its agent was told. */
export class ProjectSkills1796160000000 implements MigrationInterface {
  readonly name = 'ProjectSkills1796160000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "chat_sessions" ADD COLUMN "skills" text NOT NULL DEFAULT '[]'`);
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "told_instructions" varchar');
    await runner.createTable(
      new Table({
        name: 'project_skills',
        columns: [
          ...[text('id'), text('project_id'), text('name'), text('description', false, 'text')],
          ...[text('document', false, 'text'), text('files', false, 'text'), text('author_id', true)],
          ...[{ name: 'version', type: 'integer' }, text('created_at'), text('updated_at')],
        ],
        foreignKeys: [foreignKey('project_id', 'projects', 'CASCADE'), foreignKey('author_id', 'users', 'SET NULL')],
      }),
    );
    for (const [columnNames, isUnique] of INDICES) {
      const index = { name: `project_skills_${columnNames.join('_')}`, columnNames: [...columnNames], isUnique };
      await runner.createIndex('project_skills', new TableIndex(index));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('project_skills');
    for (const column of ['told_instructions', 'skills']) {
      await runner.query(`ALTER TABLE "chat_sessions" DROP COLUMN "${column}"`);
    }
  }
}

const INDICES = [
  [['project_id', 'name'], true],
  [['author_id'], false],
] as const;
