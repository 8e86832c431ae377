import { MigrationInterface, QueryRunner, Table, TableIndex } from 'typeorm';

const text = (name: string, isNullable = false) => ({
  ...{ name, type: 'varchar', isPrimary: name === 'id', isNullable },
});

const foreignKey = (column: string, table: string, onDelete?: 'CASCADE') => ({
  ...{ columnNames: [column], referencedTableName: table, referencedColumnNames: ['id'], onDelete },
});

/** Content outside of the rows, and who uses it. */
export class Blobs1796030000000 implements MigrationInterface {
  readonly name = 'Blobs1796030000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'blobs',
        columns: [
          ...[text('id'), text('sha256'), { name: 'size', type: 'bigint' }, text('key'), text('state')],
          text('touched_at'),
        ],
      }),
    );
    await runner.createIndex('blobs', new TableIndex({ name: 'blobs_sha256', columnNames: ['sha256'] }));
    await runner.createTable(
      new Table({
        name: 'blob_references',
        columns: [
          ...[text('id'), text('user_id'), text('blob_id'), text('message_id', true), text('media_type')],
          text('created_at'),
        ],
        foreignKeys: [
          ...[foreignKey('user_id', 'users', 'CASCADE'), foreignKey('message_id', 'messages', 'CASCADE')],
          // Nothing that is referred to can go.
          foreignKey('blob_id', 'blobs'),
        ],
      }),
    );
    for (const column of ['blob_id', 'message_id']) {
      const index = { name: `blob_references_${column}`, columnNames: [column] };
      await runner.createIndex('blob_references', new TableIndex(index));
    }
    const columns = [
      { name: 'name', type: 'varchar', isPrimary: true },
      { name: 'value', type: 'text' },
    ];
    await runner.createTable(new Table({ name: 'storage_state', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['storage_state', 'blob_references', 'blobs']) await runner.dropTable(table);
  }
}
