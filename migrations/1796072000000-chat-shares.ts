import { MigrationInterface, QueryRunner, Table, TableIndex } from 'typeorm';

const columns = ['id', 'user_id', 'chat_id', 'token_hash', 'workspace', 'created_at', 'expires_at'].map((name) => ({
  ...{ name, type: name === 'workspace' ? 'boolean' : 'varchar', isPrimary: name === 'id' },
  isNullable: name === 'expires_at',
}));

const foreignKeys = [
  ['user_id', 'users'],
  ['chat_id', 'chat_sessions'],
].map(([column = '', referencedTableName = '']) => ({
  ...{ columnNames: [column], referencedTableName, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
}));

const INDICES: [columns: string[], isUnique: boolean][] = [
  [['token_hash'], true],
  [['chat_id', 'id'], false],
];

/** Links by which a chat can be read without an account. */
export class ChatShares1796072000000 implements MigrationInterface {
  readonly name = 'ChatShares1796072000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table({ name: 'chat_shares', columns, foreignKeys }));
    for (const [columnNames, isUnique] of INDICES) {
      const index = { name: `chat_shares_${columnNames.join('_')}`, columnNames, isUnique };
      await runner.createIndex('chat_shares', new TableIndex(index));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('chat_shares');
  }
}
