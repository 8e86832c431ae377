import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false, type = 'varchar') => ({
  ...{ name, type, isPrimary: name === 'id', isNullable },
});
const number = (name: string, isNullable = false) => ({ name, type: 'integer', isNullable });
const flag = (name: string) => ({ name, type: 'boolean' });

const foreignKey = (column: string, table: string, onDelete: 'CASCADE' | 'SET NULL') =>
  new TableForeignKey({ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete });

/**
 * Webhooks of users and projects, and what is to be sent to them. A delivery has no foreign key: it is stored with the events
 * of a chat, which must not fail because somebody deletes a webhook at the same time.
 */
export class Webhooks1796170000000 implements MigrationInterface {
  readonly name = 'Webhooks1796170000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'webhooks',
        columns: [
          ...[text('id'), text('user_id', true), text('project_id', true), text('author_id', true), text('name')],
          ...[text('url', false, 'text'), text('events', false, 'text'), flag('include_content')],
          ...[number('concurrency'), text('secret', false, 'text'), text('previous_secret', true, 'text')],
          ...[text('previous_secret_until', true), flag('enabled'), text('disabled_reason', true)],
          ...[text('failing_since', true), number('dropped'), text('created_at'), text('updated_at')],
        ],
        foreignKeys: [
          ...[foreignKey('user_id', 'users', 'CASCADE'), foreignKey('project_id', 'projects', 'CASCADE')],
          foreignKey('author_id', 'users', 'SET NULL'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'webhook_deliveries',
        columns: [
          ...[text('id'), text('webhook_id'), text('chat_id', true), text('type'), text('payload', false, 'text')],
          ...[text('status'), number('attempts'), text('next_attempt_at'), text('last_attempt_at', true)],
          ...[number('response_status', true), number('duration_ms', true), text('error', true, 'text')],
          ...[text('created_at'), text('ended_at', true)],
        ],
      }),
    );
    for (const [table, columnNames, where] of INDICES) {
      const name = `${table}_${columnNames.join('_')}${where === undefined ? '' : '_pending'}`;
      await runner.createIndex(table, new TableIndex({ name, columnNames, where }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_deliveries', 'webhooks']) await runner.dropTable(table);
  }
}

const PENDING = `"status" = 'pending'`;
const INDICES: [table: string, columns: string[], where?: string][] = [
  ['webhooks', ['user_id']],
  ['webhooks', ['project_id']],
  ['webhooks', ['author_id']],
  ['webhook_deliveries', ['webhook_id', 'id']],
  ['webhook_deliveries', ['webhook_id'], PENDING],
  ['webhook_deliveries', ['next_attempt_at'], PENDING],
  ['webhook_deliveries', ['ended_at']],
];
