import { join } from 'node:path';
import { Database, WriteOptions } from '../../src/database/database';
import type { Dialect } from '../../src/database/dialect';
import { PostgresDialect } from '../../src/database/postgres-dialect';
import { SqliteDialect } from '../../src/database/sqlite-dialect';
import type { Write } from '../../src/database/write-queue';
import { schema } from '../../src/schema';
import { createPostgresDatabase, dropPostgresDatabase, postgresConfig } from './postgres';
import { TemporaryFolder } from './temporary-folder';

export type DialectName = Dialect['name'];

/** Which database the suites run on, by `TEST_DATABASE`. */
export const DATABASE_UNDER_TEST: DialectName = process.env.TEST_DATABASE === 'postgres' ? 'postgres' : 'sqlite';

/** A database whose writes wait, or fail, when a test says so. */
export class GatedDatabase extends Database {
  /** Writes fail with it. */
  fault: Error | undefined;
  private gate: Promise<void> = Promise.resolve();

  override async write<T>(write: Write<T>, options?: WriteOptions): Promise<T> {
    await this.gate;
    if (this.fault) throw this.fault;
    return super.write(write, options);
  }

  /** Lets no write begin. Returns how to let them. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return resolve;
  }
}

/** A place for one database. */
export interface DatabasePlace {
  /** A dialect that opens it; one at a time. */
  dialect(): Dialect;
  /** To be called when it is closed. */
  remove(): Promise<void>;
}

/** The service's database of a data root: the same each time. */
export async function placeOf(dataRoot: string): Promise<DatabasePlace> {
  const known = placesOfRoots.get(dataRoot);
  if (known !== undefined) return known;
  const directory = join(dataRoot, 'db');
  const place: DatabasePlace =
    DATABASE_UNDER_TEST === 'postgres'
      ? await newPlace('postgres')
      : { dialect: () => new SqliteDialect(directory, schema), remove: () => Promise.resolve() };
  placesOfRoots.set(dataRoot, place);
  return place;
}

const placesOfRoots = new Map<string, DatabasePlace>();

/** A new place for the service's database. @param isEmpty no migration has been run in it */
export async function newPlace(name: DialectName = DATABASE_UNDER_TEST, isEmpty = false): Promise<DatabasePlace> {
  if (name === 'sqlite') {
    const folder = new TemporaryFolder();
    const dialect = (): Dialect => new SqliteDialect(folder.path, schema);
    return { dialect, remove: () => Promise.resolve(folder.remove()) };
  }
  const url = await createPostgresDatabase({ isEmpty });
  const dialect = (): Dialect => new PostgresDialect(postgresConfig(url), schema);
  return { dialect, remove: () => dropPostgresDatabase(url) };
}

const places = new WeakMap<Database, DatabasePlace>();

/** The service's database, empty, in a place of its own. */
export async function openDatabase(name?: DialectName): Promise<GatedDatabase> {
  const place = await newPlace(name);
  const database = new GatedDatabase(place.dialect());
  places.set(database, place);
  await database.open();
  return database;
}

/** Closes it and removes its place. */
export async function closeDatabase(database: Database): Promise<void> {
  await database.close();
  await places.get(database)?.remove();
}
