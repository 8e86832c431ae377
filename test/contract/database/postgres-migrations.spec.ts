import { Database } from '../../../src/database/database';
import { schema } from '../../../src/schema';
import { hasPostgres } from '../../support/postgres';
import { DatabasePlace, newPlace } from '../../support/open-database';

const describeWithServer = hasPostgres() ? describe : describe.skip;

describeWithServer('the migrations on PostgreSQL', () => {
  let place: DatabasePlace;

  beforeAll(async () => {
    place = await newPlace('postgres', true);
  });
  afterAll(() => place?.remove());

  /** What the database has, by table: its columns with their types, and its indexes. */
  async function shape(): Promise<Record<string, string[]>> {
    const dialect = place.dialect();
    const database = new Database(dialect);
    await database.open();
    try {
      const rows = await database.read.query<{ table: string; part: string }[]>(
        `SELECT table_name AS "table", concat_ws(' ', column_name, data_type, is_nullable, column_default) AS part
           FROM information_schema.columns WHERE table_schema = current_schema()
         UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2`,
      );
      for (const { name, tableName, columns } of dialect.reader.entityMetadatas) {
        const present = rows.filter(({ table }) => table === tableName).map(({ part }) => part.split(' ')[0]);
        for (const { databaseName } of columns) expect([name, ...present]).toContain(databaseName);
      }
      return Object.fromEntries(
        [...Map.groupBy(rows, ({ table }) => table)].map(([table, parts]) => [table, parts.map(({ part }) => part)]),
      );
    } finally {
      await database.close();
    }
  }

  it('make every column of every entity, and make the same again after all of them were undone', async () => {
    const before = await shape();
    for (let left = schema.migrations.length; left > 0; left -= 1) await place.dialect().revertMigration();
    expect(await shape()).toEqual(before);
  }, 120_000);
});
