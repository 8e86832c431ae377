import { DatabaseConfig } from '../config/database.config';
import { EncryptionConfig } from '../config/encryption.config';
import { Environment } from '../config/environment';
import { loadConfig } from '../config/load-config';
import { S3Config } from '../config/s3.config';
import { StorageConfig } from '../config/storage.config';
import { DataDirectories } from '../runtime/data-directories';
import { S3BlobStore } from '../storage/s3-blob-store';
import { BucketCopy } from './bucket-copy';
import type { KeptDatabase } from './kept-database';
import { KeptPostgres } from './kept-postgres';
import { KeptSqlite } from './kept-sqlite';

/** Where blobs are. */
export type BlobPlace =
  | { readonly type: 'local' | 'volume' }
  /** The bucket as `endpoint/bucket`, for messages. */
  | { readonly type: 's3'; readonly bucket: string; readonly objects: BucketCopy };

/** What a backup and a restore take from the settings of the service. */
export interface KeptSettings {
  readonly directories: DataDirectories;
  readonly database: KeptDatabase;
  readonly encryption: EncryptionConfig;
  readonly blobs: BlobPlace;
}

/** @throws ConfigError */
export function loadKept(): KeptSettings {
  const environment = Environment.load();
  const storage = loadConfig(StorageConfig, environment);
  const databaseConfig = loadConfig(DatabaseConfig, environment);
  const directories = new DataDirectories(storage);
  return {
    directories,
    database: databaseConfig.url === '' ? new KeptSqlite(directories.database) : new KeptPostgres(databaseConfig),
    encryption: loadConfig(EncryptionConfig, environment),
    blobs: placeOf(storage, loadConfig(S3Config, environment)),
  };
}

function placeOf({ storageType }: StorageConfig, config: S3Config): BlobPlace {
  if (storageType !== 's3') return { type: storageType };
  const name = config.endpoint === '' ? config.bucket : `${config.endpoint.replace(/\/$/, '')}/${config.bucket}`;
  const objects = new BucketCopy(new S3BlobStore(config), `the bucket ${name}`);
  return { type: 's3', bucket: name, objects };
}
