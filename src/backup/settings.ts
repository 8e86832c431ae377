import { EncryptionConfig } from '../config/encryption.config';
import { Environment } from '../config/environment';
import { loadConfig } from '../config/load-config';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from '../runtime/data-directories';
import { BackupError } from './backup.error';
import type { KeptDatabase } from './kept-database';
import { KeptSqlite } from './kept-sqlite';

/** What a backup and a restore take from the settings of the service. */
export interface KeptSettings {
  readonly directories: DataDirectories;
  readonly database: KeptDatabase;
  readonly encryption: EncryptionConfig;
}

/** @throws ConfigError, BackupError for a database that this does not keep */
export function loadKept(): KeptSettings {
  const environment = Environment.load();
  if (environment.get('DATABASE_URL') !== undefined) {
    throw new BackupError(
      'DATABASE_URL names a PostgreSQL: keep it by pg_dump and pg_restore, with the service stopped',
    );
  }
  const directories = new DataDirectories(loadConfig(StorageConfig, environment));
  const encryption = loadConfig(EncryptionConfig, environment);
  return { directories, database: new KeptSqlite(directories.database), encryption };
}
