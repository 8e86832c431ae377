import { Database, WriteOptions } from '../../src/database/database';
import { SqliteDialect } from '../../src/database/sqlite-dialect';
import type { Write } from '../../src/database/write-queue';
import { schema } from '../../src/schema';
import { TemporaryFolder } from './temporary-folder';

const folders = new WeakMap<Database, TemporaryFolder>();

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

/** The service's database, empty, in a folder of its own. */
export async function openDatabase(): Promise<GatedDatabase> {
  const folder = new TemporaryFolder();
  const database = new GatedDatabase(new SqliteDialect(folder.path, schema));
  folders.set(database, folder);
  await database.open();
  return database;
}

/** Closes it and removes its folder. */
export async function closeDatabase(database: Database): Promise<void> {
  await database.close();
  folders.get(database)?.remove();
}
