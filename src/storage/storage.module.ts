import { BeforeApplicationShutdown, Global, Module, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { Logger } from '../common/logger';
import { S3Config } from '../config/s3.config';
import { StorageConfig } from '../config/storage.config';
import { Database } from '../database/database';
import { BlobStore } from './blob-store';
import { BlobSweeper } from './blob-sweeper';
import { Blobs } from './blobs';
import { DiskBlobStore } from './disk-blob-store';
import { S3BlobStore } from './s3-blob-store';
import { Spool } from './spool';
import { VirusScan } from './virus-scan';

const HOUR_MS = 3_600_000;

const providers = [
  {
    provide: BlobStore,
    useFactory: ({ storageType, storageDirectory }: StorageConfig, s3: S3Config): BlobStore =>
      storageType === 's3' ? new S3BlobStore(s3) : new DiskBlobStore(storageDirectory, storageType === 'volume'),
    inject: [StorageConfig, S3Config],
  },
  {
    provide: Spool,
    useFactory: ({ storageDirectory }: StorageConfig) => new Spool(storageDirectory),
    inject: [StorageConfig],
  },
  {
    provide: Blobs,
    useFactory: (database: Database, store: BlobStore, spool: Spool) => new Blobs(database, store, spool),
    inject: [Database, BlobStore, Spool],
  },
  {
    provide: BlobSweeper,
    useFactory: (database: Database, store: BlobStore, spool: Spool, { orphanHours }: StorageConfig, logger: Logger) =>
      new BlobSweeper(database, store, spool, orphanHours * HOUR_MS, logger.child({ component: 'blobs' })),
    inject: [Database, BlobStore, Spool, StorageConfig, Logger],
  },
  VirusScan,
];

/** Content outside of the rows: on this machine's disk, on a volume, or in a bucket. */
@Global()
@Module({ providers, exports: [BlobStore, Blobs, VirusScan] })
export class StorageModule implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly store: BlobStore,
    private readonly sweeper: BlobSweeper,
  ) {}

  /** @throws ConfigError in one sentence for a person */
  async onModuleInit(): Promise<void> {
    await this.store.prepare();
  }

  onApplicationBootstrap(): void {
    this.sweeper.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeper.stop();
  }
}
