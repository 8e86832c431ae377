import 'reflect-metadata';
import { messageOf } from './common/domain.error';
import { Environment } from './config/environment';
import { loadConfig } from './config/load-config';
import { StorageConfig } from './config/storage.config';
import { openWriter } from './database/sqlite-data-source';
import { DataDirectories } from './runtime/data-directories';
import { schema } from './schema';

/** Undoes the last migration of the database of a stopped service. */
async function main(): Promise<void> {
  const { database } = new DataDirectories(loadConfig(StorageConfig, Environment.load()));
  const writer = await openWriter(database, schema);
  await writer.undoLastMigration({ transaction: 'each' });
  await writer.destroy();
}

main().catch((error: unknown) => {
  process.stderr.write(`the migration cannot be reverted: ${messageOf(error)}\n`);
  process.exit(1);
});
