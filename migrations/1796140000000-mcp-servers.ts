import { MigrationInterface, QueryRunner, Table, TableForeignKey, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false, type = 'varchar') => ({
  ...{ name, type, isPrimary: name === 'id', isNullable },
});

const cascade = (column: string, table: string) =>
  new TableForeignKey({
    ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  });

/** MCP servers of users and projects, who has signed in to them, and which of them a chat has chosen. */
export class McpServers1796140000000 implements MigrationInterface {
  readonly name = 'McpServers1796140000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "chat_sessions" ADD COLUMN "mcp_servers" text');
    await runner.createTable(
      new Table({
        name: 'mcp_servers',
        columns: [
          ...[text('id'), text('user_id', true), text('project_id', true), text('name'), text('url')],
          ...[text('description', true, 'text'), text('mode'), text('auth'), text('secret', true, 'text')],
          ...[text('oauth_client_id', true), text('enabled_tools', true, 'text'), text('approval')],
          ...[{ name: 'tool_timeout_seconds', type: 'integer' }, text('created_at'), text('updated_at')],
        ],
        foreignKeys: [cascade('user_id', 'users'), cascade('project_id', 'projects')],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'mcp_grants',
        columns: [
          ...[text('id'), text('server_id'), text('user_id'), text('resource'), text('ciphertext', false, 'text')],
          ...[text('created_at'), text('updated_at')],
        ],
        foreignKeys: [cascade('user_id', 'users')],
      }),
    );
    for (const [table, columnNames, isUnique] of INDICES) {
      const index = { name: `${table}_${columnNames.join('_')}`, columnNames, isUnique };
      await runner.createIndex(table, new TableIndex(index));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['mcp_grants', 'mcp_servers']) await runner.dropTable(table);
    await runner.query('ALTER TABLE "chat_sessions" DROP COLUMN "mcp_servers"');
  }
}

const INDICES: [table: string, columns: string[], isUnique: boolean][] = [
  ['mcp_servers', ['user_id', 'name'], true],
  ['mcp_servers', ['project_id', 'name'], true],
  ['mcp_grants', ['server_id', 'user_id'], true],
  ['mcp_grants', ['user_id'], false],
];
