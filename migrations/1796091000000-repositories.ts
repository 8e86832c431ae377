import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable });
const key = (name: string) => ({ ...text(name), isPrimary: true });
const long = (name: string) => ({ name, type: 'text', isNullable: true });

/** The repositories of projects, and the working copies that chats have of them. */
export class Repositories1796091000000 implements MigrationInterface {
  readonly name = 'Repositories1796091000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'project_repositories',
        columns: [
          ...[key('id'), text('project_id'), text('url'), text('base_branch', true), text('auth'), long('ciphertext')],
          ...[long('public_key'), long('known_hosts'), text('fetched_at', true), long('fault')],
          ...[text('created_at'), text('updated_at')],
        ],
        foreignKeys: [
          new TableForeignKey({
            ...{ columnNames: ['project_id'], referencedTableName: 'projects', referencedColumnNames: ['id'] },
            onDelete: 'CASCADE',
          }),
        ],
      }),
    );
    await runner.createIndex(
      'project_repositories',
      new TableIndex({ name: 'project_repositories_project_id', columnNames: ['project_id'], isUnique: true }),
    );
    await runner.createTable(
      new Table({
        name: 'working_copies',
        columns: [
          ...[
            key('chat_id'),
            text('user_id'),
            text('repository_id'),
            text('branch'),
            text('base_branch'),
            text('base_commit'),
          ],
          ...[text('pushed_commit', true), text('created_at')],
        ],
        foreignKeys: [
          new TableForeignKey({
            ...{ columnNames: ['chat_id'], referencedTableName: 'chat_sessions', referencedColumnNames: ['id'] },
            onDelete: 'CASCADE',
          }),
          new TableForeignKey({
            ...{ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] },
            onDelete: 'CASCADE',
          }),
        ],
      }),
    );
    await runner.createIndex(
      'working_copies',
      new TableIndex({ name: 'working_copies_repository_id', columnNames: ['repository_id'] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['working_copies', 'project_repositories']) await runner.dropTable(table);
  }
}
