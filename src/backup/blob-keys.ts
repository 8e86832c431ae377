import type { DataSource } from 'typeorm';

/** Keys that are asked for in one statement. */
const STEP = 5_000;

interface KeyRow {
  readonly id: string;
  readonly key: string;
}

/** Keys of the objects that something refers to, in steps: there may be many. None in a database from before there were blobs. */
export async function* referredKeys(database: DataSource): AsyncGenerator<readonly string[]> {
  if (!(await hasBlobs(database))) return;
  const text = `SELECT b."id" AS "id", b."key" AS "key" FROM "blobs" AS b WHERE b."id" > $1
    AND EXISTS (SELECT 1 FROM "blob_references" AS r WHERE r."blob_id" = b."id") ORDER BY b."id" LIMIT ${STEP}`;
  for (let last = ''; ;) {
    const rows = await database.query<KeyRow[]>(text, [last]);
    const [newest] = rows.slice(-1);
    if (newest === undefined) return;
    yield rows.map(({ key }) => key);
    last = newest.id;
  }
}

/** Whether something refers to the object still. */
export async function isReferred(database: DataSource, key: string): Promise<boolean> {
  const text = `SELECT 1 AS one FROM "blobs" AS b WHERE b."key" = $1
    AND EXISTS (SELECT 1 FROM "blob_references" AS r WHERE r."blob_id" = b."id")`;
  return (await database.query<unknown[]>(text, [key])).length > 0;
}

async function hasBlobs(database: DataSource): Promise<boolean> {
  const runner = database.createQueryRunner();
  try {
    return await runner.hasTable('blobs');
  } finally {
    await runner.release();
  }
}
