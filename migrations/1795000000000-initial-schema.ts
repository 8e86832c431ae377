import {
  MigrationInterface,
  QueryRunner,
  Table,
  TableColumnOptions,
  TableForeignKeyOptions,
  TableIndex,
} from 'typeorm';

const text = (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  ...options,
});
const id = text('id', { isPrimary: true });
const owner = text('user_id');
const nullable = { isNullable: true };
const long = (name: string, options: Partial<TableColumnOptions> = {}) => text(name, { type: 'text', ...options });

/** Every row has its owner, and what belongs to a chat goes with it. */
function foreignKeysOf({ name }: TableColumnOptions): TableForeignKeyOptions[] {
  const table = { user_id: 'users', chat_id: 'chat_sessions' }[name];
  if (table === undefined) return [];
  return [{ columnNames: [name], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' }];
}

const TABLES: { name: string; columns: TableColumnOptions[]; indices?: [string[], boolean?][] }[] = [
  { name: 'users', columns: [id, text('display_name'), text('created_at')] },
  {
    name: 'chat_sessions',
    columns: [
      ...[id, owner, text('title'), text('backend'), text('model', nullable), long('instructions', nullable)],
      ...[text('approval_policy'), text('sandbox_mode'), text('archived', { type: 'boolean' })],
      ...[text('codex_thread_id', nullable), long('usage'), text('created_at'), text('updated_at')],
    ],
    indices: [[['user_id', 'archived', 'id']]],
  },
  {
    name: 'llm_sessions',
    columns: [
      ...[id, owner, text('chat_id'), text('codex_thread_id'), text('backend'), text('model', nullable)],
      ...[text('created_at'), text('updated_at')],
    ],
    indices: [[['codex_thread_id'], true], [['chat_id']]],
  },
  {
    name: 'turns',
    columns: [
      ...[id, owner, text('chat_id'), text('status'), long('options'), text('error_code', nullable)],
      ...[long('error_message', nullable), text('remembered', { type: 'boolean' }), long('usage'), text('created_at')],
      ...[text('started_at', nullable), text('ended_at', nullable)],
    ],
    indices: [[['chat_id', 'id']], [['status']]],
  },
  {
    name: 'messages',
    columns: [
      ...[id, owner, text('chat_id'), text('turn_id'), text('role'), long('content'), text('status')],
      ...[text('client_message_id', nullable), text('created_at')],
    ],
    indices: [[['chat_id', 'turn_id', 'id']], [['chat_id', 'client_message_id'], true]],
  },
  {
    name: 'events',
    columns: [
      ...[text('chat_id', { isPrimary: true }), text('seq', { type: 'integer', isPrimary: true }), owner],
      ...[text('turn_id', nullable), text('type'), text('at'), long('data')],
    ],
  },
  {
    name: 'approvals',
    columns: [
      ...[id, owner, text('chat_id'), text('turn_id'), text('item_id', nullable), text('kind'), long('request')],
      ...[long('decisions'), text('status'), long('decision', nullable), text('created_at'), text('expires_at')],
      text('resolved_at', nullable),
    ],
    indices: [[['chat_id', 'status']]],
  },
  {
    name: 'agent_actions',
    columns: [
      ...[id, owner, text('chat_id'), text('turn_id'), text('kind'), text('status'), long('title'), long('data')],
      ...[text('started_at'), text('ended_at', nullable)],
    ],
    indices: [[['chat_id', 'id']], [['turn_id', 'status']]],
  },
];

export class InitialSchema1795000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1795000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns, foreignKeys: columns.flatMap(foreignKeysOf) }));
      for (const [columnNames, isUnique = false] of indices) {
        const index = { name: `${name}_${columnNames.join('_')}`, columnNames, isUnique };
        await runner.createIndex(name, new TableIndex(index));
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
