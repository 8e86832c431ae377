import { DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { Logger } from '../common/logger';
import { Workarounds } from '../common/workarounds';
import { DatabaseConfig } from '../config/database.config';
import { StorageConfig } from '../config/storage.config';
import { WorkaroundConfig } from '../config/workaround.config';
import { Database, ServiceLock } from './database';
import type { DatabaseSchema } from './database-schema';
import { dialectOf } from './dialect-of';

@Global()
@Module({})
export class DatabaseModule {
  /** @param lock that no other process may have, taken before the database is opened; its class is injected */
  static forRoot(schema: DatabaseSchema, lock?: Type<ServiceLock>): DynamicModule {
    const database = {
      provide: Database,
      useFactory: (
        config: DatabaseConfig,
        { databaseDirectory }: StorageConfig,
        { preparedStatements: mode }: WorkaroundConfig,
        workarounds: Workarounds,
        logger: Logger,
        taken?: ServiceLock,
      ) => {
        const log = logger.child({ component: 'database' });
        return new Database(dialectOf(config, databaseDirectory, schema, { mode, workarounds }, log), taken);
      },
      inject: [
        DatabaseConfig,
        StorageConfig,
        WorkaroundConfig,
        Workarounds,
        Logger,
        ...(lock === undefined ? [] : [lock]),
      ],
    };
    return { module: DatabaseModule, providers: [database], exports: [database] };
  }
}
