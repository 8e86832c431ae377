import { MigrationInterface, QueryRunner, Table, TableIndex } from 'typeorm';

const required = ['id', 'at', 'action', 'outcome'];
const optional = ['actor_id', 'via', 'address', 'request_id', 'target_kind', 'target_id'];

const INDICES = [['at'], ['actor_id', 'id'], ['action', 'id'], ['target_id', 'id']];

/** What people did, for those who have to account for it. Its rows outlive whom they name. */
export class AuditLog1796071000000 implements MigrationInterface {
  readonly name = 'AuditLog1796071000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = [
      ...required.map((name) => ({ name, type: 'varchar', isPrimary: name === 'id' })),
      ...optional.map((name) => ({ name, type: 'varchar', isNullable: true })),
      { name: 'detail', type: 'text' },
    ];
    await runner.createTable(new Table({ name: 'audit_entries', columns }));
    for (const columnNames of INDICES) {
      const index = { name: `audit_entries_${columnNames.join('_')}`, columnNames };
      await runner.createIndex('audit_entries', new TableIndex(index));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit_entries');
  }
}
