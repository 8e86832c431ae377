import { existsSync, copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';

const FILE = 'chat.sqlite';

export type Row = Readonly<Record<string, string | number | null>>;

/** The rows of the service's database, read past the service, whether that runs or not. */
export interface StoredRows {
  /** @param parameters for `$1`, `$2`, ... */
  all(sql: string, parameters?: readonly string[]): Promise<Row[]>;
  /** Names of tables (`name`) that have one of the columns (`column`). */
  columns(): Promise<Row[]>;
  /** What the database says of itself: `ok`, or what is damaged. */
  integrity(): Promise<string>;
}

const namedBy = (parameters: readonly string[]): Record<string, string> =>
  Object.fromEntries(parameters.map((value, index) => [`$${index + 1}`, value]));

/** @param folder of the database file */
export async function readingFile<T>(folder: string, read: (rows: StoredRows) => Promise<T>): Promise<T> {
  const database = new DatabaseSync(join(folder, FILE), { readOnly: true });
  const all = (sql: string, parameters: readonly string[] = []): Promise<Row[]> =>
    // To this driver `$1` is a name, which is given by it.
    Promise.resolve(database.prepare(sql).all(namedBy(parameters)) as Row[]);
  try {
    return await read({
      all,
      columns: () =>
        all(`SELECT m.name AS name, c.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) c
          WHERE m.type = 'table'`),
      integrity: () => Promise.resolve(integrityOf(database)),
    });
  } finally {
    database.close();
  }
}

/**
 * What `PRAGMA integrity_check` says of a database that nobody has open: `ok`, or what is wrong. It looks at a copy: what
 * a crash left stays as it is, for the service to mend.
 */
export function checkFile(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'codex-relay-chaos-'));
  try {
    // The log of what is committed and not yet in the file belongs to it.
    for (const name of [FILE, `${FILE}-wal`]) {
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
    }
    const database = new DatabaseSync(join(copy, FILE));
    try {
      return integrityOf(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

export const keepFile = (folder: string, at: string): void => cpSync(folder, join(at, 'db'), { recursive: true });

const integrityOf = (database: DatabaseSync): string =>
  (database.prepare('PRAGMA integrity_check').all() as Row[]).map((row) => row.integrity_check).join('; ');

/** All that is read is as it was at one moment. @param url of the PostgreSQL database */
export async function readingServer<T>(url: string, read: (rows: StoredRows) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const all = async (sql: string, parameters: readonly string[] = []): Promise<Row[]> =>
    (await client.query<Row>(sql, [...parameters])).rows;
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS amcheck');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    return await read({
      all,
      columns: () =>
        all(`SELECT table_name AS name, column_name AS "column" FROM information_schema.columns
          WHERE table_schema = current_schema()`),
      integrity: async () => (await damages(all)).join('; ') || 'ok',
    });
  } finally {
    await client.end();
  }
}

/** Every table page by page, and every index against its table. */
async function damages(all: StoredRows['all']): Promise<string[]> {
  const relations = await all(
    `SELECT c.oid::text AS oid, c.relname AS name, c.relkind::text AS kind FROM pg_class c
      LEFT JOIN pg_am a ON a.oid = c.relam
      WHERE c.relnamespace = current_schema()::regnamespace
        AND (c.relkind = 'r' OR (c.relkind = 'i' AND a.amname = 'btree'))`,
  );
  const found: string[] = [];
  for (const { oid, name, kind } of relations) {
    if (kind === 'r') {
      const rows = await all('SELECT msg FROM verify_heapam($1::oid::regclass)', [String(oid)]);
      found.push(...rows.map(({ msg }) => `${name}: ${msg}`));
    } else {
      // It throws what it finds.
      await all('SELECT bt_index_check($1::oid::regclass, true)', [String(oid)]).catch((error: unknown) => {
        throw new Error(`the index ${name} is damaged`, { cause: error });
      });
    }
  }
  return found;
}
