import { Database } from '../../src/database/database';
import { schema } from '../../src/schema';
import { TemporaryFolder } from './temporary-folder';

const folders = new WeakMap<Database, TemporaryFolder>();

/** The service's database, empty, in a folder of its own. */
export async function openDatabase(): Promise<Database> {
  const folder = new TemporaryFolder();
  const database = new Database(folder.path, schema);
  folders.set(database, folder);
  await database.open();
  return database;
}

/** Closes it and removes its folder. */
export async function closeDatabase(database: Database): Promise<void> {
  await database.close();
  folders.get(database)?.remove();
}
