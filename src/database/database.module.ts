import { DynamicModule, Global, Module } from '@nestjs/common';
import { Workarounds } from '../common/workarounds';
import { StorageConfig } from '../config/storage.config';
import { WorkaroundConfig } from '../config/workaround.config';
import { Database } from './database';
import { DatabaseSchema } from './sqlite-data-source';

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(schema: DatabaseSchema): DynamicModule {
    const database = {
      provide: Database,
      useFactory: (
        { databaseDirectory }: StorageConfig,
        { preparedStatements: mode }: WorkaroundConfig,
        workarounds: Workarounds,
      ) => new Database(databaseDirectory, schema, { mode, workarounds }),
      inject: [StorageConfig, WorkaroundConfig, Workarounds],
    };
    return { module: DatabaseModule, providers: [database], exports: [database] };
  }
}
