import { MigrationInterface, QueryRunner, Table, TableIndex } from 'typeorm';

const columns = ['id', 'user_id', 'chat_id', 'prefix', 'approval_id', 'created_at'].map((name) => ({
  ...{ name, type: name === 'prefix' ? 'text' : 'varchar', isPrimary: name === 'id' },
}));

const foreignKeys = [
  ['user_id', 'users'],
  ['chat_id', 'chat_sessions'],
].map(([column = '', referencedTableName = '']) => ({
  ...{ columnNames: [column], referencedTableName, referencedColumnNames: ['id'], onDelete: 'CASCADE' },
}));

/** What may run in a chat without being asked for, and which rules have answered an approval. */
export class ApprovalRules1795600000000 implements MigrationInterface {
  readonly name = 'ApprovalRules1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table({ name: 'approval_rules', columns, foreignKeys }));
    const index = { name: 'approval_rules_chat_id_id', columnNames: ['chat_id', 'id'] };
    await runner.createIndex('approval_rules', new TableIndex(index));
    // In SQL of its own: in SQLite, TypeORM would copy every approval into a new table for it.
    await runner.query('ALTER TABLE "approvals" ADD COLUMN "rule_ids" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "approvals" DROP COLUMN "rule_ids"');
    await runner.dropTable('approval_rules');
  }
}
