import { join } from 'node:path';
import * as sqlite3 from 'sqlite3';
import { DataSource } from 'typeorm';
import { SnakeCaseNaming } from './snake-case-naming';

const DATABASE_FILE = 'chat.sqlite';
const BUSY_TIMEOUT_MS = 5_000;

export interface DatabaseSchema {
  readonly entities: NewableFunction[];
  readonly migrations: NewableFunction[];
}

/** TypeORM asks the driver for its verbose mode, which takes a stack trace at every statement (quirk `typeorm-verbose`). */
const driver = { ...sqlite3, verbose: () => sqlite3 };

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
  await dataSource.query('PRAGMA query_only=ON');
  return dataSource;
}
