import 'reflect-metadata';
import { messageOf } from './common/domain.error';
import { Environment } from './config/environment';
import { loadConfig } from './config/load-config';
import { StorageConfig } from './config/storage.config';
import { SqliteDialect } from './database/sqlite-dialect';
import { DataDirectories } from './runtime/data-directories';
import { DataRootLock } from './runtime/data-root-lock';
import { schema } from './schema';

/** Undoes the last migration of the database of a stopped service; refuses while one runs. */
async function main(): Promise<void> {
  const directories = new DataDirectories(loadConfig(StorageConfig, Environment.load()));
  await new DataRootLock(directories).take();
  await new SqliteDialect(directories.database, schema).revertMigration();
}

main().catch((error: unknown) => {
  process.stderr.write(`the migration cannot be reverted: ${messageOf(error)}\n`);
  process.exit(1);
});
