import { join } from 'node:path';
import * as sqlite3 from 'sqlite3';
import { DataSource, QueryRunner } from 'typeorm';
import type { DatabaseSchema } from './database-schema';
import { SnakeCaseNaming } from './snake-case-naming';

const DATABASE_FILE = 'chat.sqlite';
const BUSY_TIMEOUT_MS = 5_000;

/** TypeORM asks the driver for its verbose mode, which takes a stack trace at every statement (quirk `typeorm-verbose`). */
const driver = { ...sqlite3, verbose: () => sqlite3 };

/**
 * `$1` means the first parameter wherever it stands, as in PostgreSQL: to SQLite it is a name, and the first name in the text
 * is the first parameter.
 */
export const withNumberedParameters = (text: string): string =>
  text.includes('$') ? text.replace(/\$(\d+)/g, '?$1') : text;

/** For SQL that is written by hand. The driver has one runner, which it gives out each time: it is changed once. */
function numberParameters(dataSource: DataSource): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  const changed = new WeakSet<QueryRunner>();
  dataSource.createQueryRunner = (mode) => {
    const runner = create(mode);
    if (changed.has(runner)) return runner;
    changed.add(runner);
    const query = runner.query.bind(runner) as (text: string, ...more: unknown[]) => Promise<unknown>;
    runner.query = ((text: string, ...more: unknown[]) =>
      query(withNumberedParameters(text), ...more)) as typeof runner.query;
    return runner;
  };
}

/** The connection that writes, in WAL mode: a commit survives the death of the process, and readers do not wait for it. */
export async function openWriter(directory: string, schema: DatabaseSchema): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'sqlite',
    driver,
    database: join(directory, DATABASE_FILE),
    enableWAL: true,
    busyTimeout: BUSY_TIMEOUT_MS,
    entities: schema.entities,
    namingStrategy: new SnakeCaseNaming(),
    migrations: schema.migrations,
    migrationsTableName: 'migrations',
  });
  await dataSource.initialize();
  numberParameters(dataSource);
  await dataSource.query('PRAGMA synchronous=NORMAL');
  return dataSource;
}

/** A second connection that sees committed rows only; on the writer's it would fall into an open transaction. */
export async function openReader(directory: string, schema: DatabaseSchema): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'sqlite',
    driver,
    database: join(directory, DATABASE_FILE),
    busyTimeout: BUSY_TIMEOUT_MS,
    entities: schema.entities,
    namingStrategy: new SnakeCaseNaming(),
  });
  await dataSource.initialize();
  numberParameters(dataSource);
  await dataSource.query('PRAGMA query_only=ON');
  return dataSource;
}
