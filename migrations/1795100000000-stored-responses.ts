import { MigrationInterface, QueryRunner, Table, TableColumnOptions, TableIndex } from 'typeorm';

const text = (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
  name,
  type: 'varchar',
  ...options,
});
const TABLE = 'stored_responses';

/** Responses of the gateway that their clients asked to keep. They go with their user. */
export class StoredResponses1795100000000 implements MigrationInterface {
  readonly name = 'StoredResponses1795100000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = [
      ...[text('user_id', { isPrimary: true }), text('id', { isPrimary: true }), text('created_at')],
      ...[text('size', { type: 'integer' }), text('response', { type: 'text' }), text('input', { type: 'text' })],
    ];
    const owner = {
      columnNames: ['user_id'],
      referencedTableName: 'users',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    };
    await queryRunner.createTable(new Table({ name: TABLE, columns, foreignKeys: [owner] }));
    for (const columnNames of [['user_id', 'created_at'], ['created_at']]) {
      await queryRunner.createIndex(TABLE, new TableIndex({ name: `${TABLE}_${columnNames.join('_')}`, columnNames }));
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable(TABLE);
  }
}
