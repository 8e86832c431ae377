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
const long = (name: string, options: Partial<TableColumnOptions> = {}) => text(name, { type: 'text', ...options });
const whole = (name: string, options: Partial<TableColumnOptions> = {}) => text(name, { type: 'integer', ...options });
/** Millionths of money, more than 32 bits. */
const micros = (name: string, options: Partial<TableColumnOptions> = {}) => text(name, { type: 'bigint', ...options });
const primary = { isPrimary: true };
const nullable = { isNullable: true };
const owner = text('user_id');

/** A provider's key serves everybody: it must not go with the person who has set it. */
const ownerKey = (onDelete: 'CASCADE' | 'RESTRICT'): TableForeignKeyOptions => ({
  ...{ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete },
});

interface TableDescription {
  readonly name: string;
  readonly columns: TableColumnOptions[];
  readonly foreignKeys: TableForeignKeyOptions[];
  readonly indices?: readonly [string[], boolean?][];
}

const TABLES: readonly TableDescription[] = [
  {
    name: 'provider_keys',
    columns: [text('backend_id', primary), owner, long('ciphertext'), text('set_at')],
    foreignKeys: [ownerKey('RESTRICT')],
  },
  {
    name: 'gateway_keys',
    columns: [
      ...[text('id', primary), owner, text('name'), text('key_hash'), text('last4'), long('models', nullable)],
      ...[whole('requests_per_minute', nullable), whole('tokens_per_minute', nullable)],
      ...[micros('budget_micros', nullable), text('budget_period'), micros('spent_micros'), text('period_start')],
      ...[text('enabled', { type: 'boolean' }), text('expires_at', nullable), text('last_used_at', nullable)],
      ...[text('created_at'), text('updated_at')],
    ],
    foreignKeys: [ownerKey('CASCADE')],
    indices: [[['key_hash'], true], [['user_id', 'id']]],
  },
  {
    name: 'model_calls',
    columns: [
      ...[text('id', primary), text('at'), owner, text('chat_id', nullable), text('thread_id', nullable)],
      ...[text('key_id', nullable), text('endpoint'), text('backend'), text('model')],
      ...[text('deployment', nullable), text('fallback_from', nullable)],
      ...[whole('input_tokens'), whole('cached_tokens'), whole('output_tokens'), whole('reasoning_tokens')],
      ...[micros('cost_micros', nullable), whole('first_output_ms', nullable), whole('duration_ms')],
      ...[whole('retries'), text('status'), text('error_code', nullable)],
    ],
    foreignKeys: [ownerKey('CASCADE')],
    indices: [[['at']], [['user_id', 'at']], [['chat_id', 'at']], [['key_id', 'at']]],
  },
];

export class GatewayKeysAndUsage1795200000000 implements MigrationInterface {
  readonly name = 'GatewayKeysAndUsage1795200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns, foreignKeys, indices = [] } of TABLES) {
      await runner.createTable(new Table({ name, columns, foreignKeys }));
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
