import type { DataSource } from 'typeorm';

/** Schema in which `npm run restore` keeps what was in a PostgreSQL database before; there until the restore is done. */
export const REPLACED_SCHEMA = 'codex_relay_replaced';

/** What is in the database is not all that was restored, or not checked yet. @throws Error that says what to do */
export async function refuseUnfinishedRestore(dataSource: DataSource): Promise<void> {
  const text = 'SELECT 1 FROM pg_namespace WHERE nspname = $1';
  if ((await dataSource.query<unknown[]>(text, [REPLACED_SCHEMA])).length === 0) return;
  throw new Error('a restore into it is not finished; run npm run restore again, which begins anew');
}
