import type { DataSource } from 'typeorm';

/** The greatest id of each table whose key is an `id` alone, read from an index. */
export async function newestIds(dataSource: DataSource): Promise<string[]> {
  const tables = dataSource.entityMetadatas.filter(
    ({ primaryColumns: [key, ...others] }) => key?.propertyName === 'id' && others.length === 0,
  );
  const newest: string[] = [];
  for (const { tablePath } of tables) {
    const name = dataSource.driver.escape(tablePath);
    const [row]: { id: string | null }[] = await dataSource.query(`SELECT MAX(id) AS id FROM ${name}`);
    if (row?.id) newest.push(row.id);
  }
  return newest;
}
