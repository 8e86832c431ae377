import { MigrationInterface, QueryRunner, Table, TableForeignKeyOptions, TableIndex } from 'typeorm';
import { personalProjectId } from '../src/access/personal-project';

const varchar = (name: string, isNullable = false) => ({ name, type: 'varchar', isNullable, isPrimary: name === 'id' });

const reference = (column: string, table: string): TableForeignKeyOptions => ({
  ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
});

const INDICES: [table: string, columns: string[], isUnique?: boolean][] = [
  ['projects', ['personal_of'], true],
  ['project_members', ['project_id', 'user_id'], true],
  ['project_members', ['user_id', 'project_id']],
];

const OF_CHATS = ['project_id', 'archived', 'id'];
const OF_TURNS = ['author_id', 'created_at'];

/** Columns of tables that are there already: in SQL of its own, as in SQLite TypeORM would copy every row for one. */
const ADDED: readonly (readonly [table: string, column: string])[] = [
  ['chat_sessions', 'project_id'],
  ['messages', 'author_id'],
  ['turns', 'author_id'],
  ['approvals', 'resolved_by'],
];

/** Projects with members; each chat is in one, its owner's own to begin with. Who wrote a message, who answered an approval. */
export class Projects1796070000000 implements MigrationInterface {
  readonly name = 'Projects1796070000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'projects',
        columns: [
          ...[varchar('id'), varchar('name'), { name: 'description', type: 'text' }, varchar('personal_of', true)],
          ...[{ name: 'archived', type: 'boolean' }, varchar('created_at'), varchar('updated_at')],
        ],
        foreignKeys: [reference('personal_of', 'users')],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'project_members',
        columns: ['id', 'project_id', 'user_id', 'role', 'created_at'].map((name) => varchar(name)),
        foreignKeys: [reference('project_id', 'projects'), reference('user_id', 'users')],
      }),
    );
    for (const [table, columnNames, isUnique = false] of INDICES) {
      const index = { name: `${table}_${columnNames.join('_')}`, columnNames, isUnique };
      await runner.createIndex(table, new TableIndex(index));
    }
    for (const [table, column] of ADDED) await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" varchar`);
    await this.fill(runner);
    const indexOf = (table: string, columnNames: string[]) =>
      new TableIndex({ name: `${table}_${columnNames.join('_')}`, columnNames });
    await runner.createIndex('chat_sessions', indexOf('chat_sessions', OF_CHATS));
    await runner.createIndex('turns', indexOf('turns', OF_TURNS));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('turns', `turns_${OF_TURNS.join('_')}`);
    await runner.dropIndex('chat_sessions', `chat_sessions_${OF_CHATS.join('_')}`);
    for (const [table, column] of [...ADDED].reverse()) {
      await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
    }
    await runner.dropTable('project_members');
    await runner.dropTable('projects');
  }

  private async fill(runner: QueryRunner): Promise<void> {
    const users = (await runner.query('SELECT "id", "created_at" AS "at" FROM "users"')) as {
      id: string;
      at: string;
    }[];
    for (const { id: userId, at } of users) {
      const id = personalProjectId(userId);
      await runner.query(
        'INSERT INTO "projects" ("id", "name", "description", "personal_of", "archived", "created_at", "updated_at") ' +
          `VALUES ($1, 'Personal', '', $2, FALSE, $3, $4)`,
        [id, userId, at, at],
      );
      await runner.query(
        'INSERT INTO "project_members" ("id", "project_id", "user_id", "role", "created_at") ' +
          `VALUES ($1, $2, $3, 'owner', $4)`,
        [id, id, userId, at],
      );
      await runner.query('UPDATE "chat_sessions" SET "project_id" = $1 WHERE "user_id" = $2', [id, userId]);
    }
    await runner.query(`UPDATE "messages" SET "author_id" = "user_id" WHERE "role" = 'user'`);
    await runner.query('UPDATE "turns" SET "author_id" = "user_id"');
  }
}
