import { DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { Workarounds } from '../common/workarounds';
import { StorageConfig } from '../config/storage.config';
import { WorkaroundConfig } from '../config/workaround.config';
import { Database, ServiceLock } from './database';
import type { DatabaseSchema } from './database-schema';
import { SqliteDialect } from './sqlite-dialect';

@Global()
@Module({})
export class DatabaseModule {
  /** @param lock that no other process may have, taken before the database is opened; its class is injected */
  static forRoot(schema: DatabaseSchema, lock?: Type<ServiceLock>): DynamicModule {
    const database = {
      provide: Database,
      useFactory: (
        { databaseDirectory }: StorageConfig,
        { preparedStatements: mode }: WorkaroundConfig,
        workarounds: Workarounds,
        taken?: ServiceLock,
      ) => new Database(new SqliteDialect(databaseDirectory, schema, { mode, workarounds }), taken),
      inject: [StorageConfig, WorkaroundConfig, Workarounds, ...(lock === undefined ? [] : [lock])],
    };
    return { module: DatabaseModule, providers: [database], exports: [database] };
  }
}
