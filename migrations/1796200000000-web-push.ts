import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false, type = 'varchar') => ({
  ...{ name, type, isPrimary: name === 'id', isNullable },
});

const foreignKey = (column: string, table: string) =>
  new TableForeignKey({
    ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  });

/**
 * Browsers that are told of chats while their page is closed, and what is to be sent to them. A subscription ends with the session
 * in which it was made. A notice has no foreign key: it is stored with the events of a chat, which must not fail because somebody
 * signs out at the same time.
 */
export class WebPush1796200000000 implements MigrationInterface {
  readonly name = 'WebPush1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'push_subscriptions',
        columns: [
          ...[text('id'), text('user_id'), text('session_id', true), text('endpoint', false, 'text')],
          ...[text('endpoint_hash'), text('p256dh'), text('auth'), text('vapid_key')],
          ...[text('projects', false, 'text'), text('user_agent'), text('created_at'), text('renewed_at')],
          ...[text('delivered_at', true), text('error', true, 'text')],
        ],
        foreignKeys: [foreignKey('user_id', 'users'), foreignKey('session_id', 'browser_sessions')],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'push_notices',
        columns: [
          ...[text('id'), text('subscription_id'), text('kind'), text('chat_id', true), text('subject_id', true)],
          ...[text('turn_status', true), { name: 'attempts', type: 'integer' }, text('next_attempt_at')],
          ...[text('created_at'), text('expires_at')],
        ],
      }),
    );
    for (const [table, columnNames, isUnique] of INDICES) {
      const name = `${table}_${columnNames.join('_')}`;
      await runner.createIndex(table, new TableIndex({ name, columnNames, isUnique }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['push_notices', 'push_subscriptions']) await runner.dropTable(table);
  }
}

const INDICES: [table: string, columns: string[], isUnique: boolean][] = [
  ['push_subscriptions', ['user_id'], false],
  ['push_subscriptions', ['session_id'], false],
  ['push_subscriptions', ['endpoint_hash'], true],
  ['push_notices', ['subscription_id'], false],
  ['push_notices', ['next_attempt_at'], false],
];
