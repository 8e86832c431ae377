import { MigrationInterface, QueryRunner, Table } from 'typeorm';

const COLUMNS = ['user_id', 'item_id', 'response_id'];
/** SQLite reads no JSON that is nested deeper than 1,000 levels. */
const readable = (column: string): string => `CASE WHEN json_valid(${column}) THEN ${column} ELSE '{}' END`;
const itemsOf = (list: string): string =>
  `SELECT stored.user_id, json_extract(item.value, '$.id') AS item_id, stored.id AS response_id, stored.created_at
   FROM stored_responses AS stored, json_each(${list}) AS item
   WHERE item.type = 'object' AND json_type(item.value, '$.id') = 'text'`;

/** Which stored response has an item, of several the newest; before, a lookup read all that a user had stored. */
export class StoredItems1795650000000 implements MigrationInterface {
  readonly name = 'StoredItems1795650000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = COLUMNS.map((name) => ({ name, type: 'varchar', isPrimary: name !== 'response_id' }));
    const owner = {
      ...{ columnNames: ['user_id'], referencedTableName: 'users', referencedColumnNames: ['id'] },
      onDelete: 'CASCADE',
    };
    await runner.createTable(new Table({ name: 'stored_items', columns, foreignKeys: [owner] }));
    // A later row of the same item takes its place.
    await runner.query(
      `INSERT OR REPLACE INTO stored_items (${COLUMNS.join(', ')}) SELECT ${COLUMNS.join(', ')}
       FROM (${itemsOf(readable('stored.input'))} UNION ALL ${itemsOf(`json_extract(${readable('stored.response')}, '$.output')`)})
       ORDER BY created_at`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('stored_items');
  }
}
