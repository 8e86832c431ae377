import { DynamicModule, Global, Module } from '@nestjs/common';
import { StorageConfig } from '../config/storage.config';
import { Database } from './database';
import { DatabaseSchema } from './sqlite-data-source';

@Global()
@Module({})
export class DatabaseModule {
  static forRoot(schema: DatabaseSchema): DynamicModule {
    const database = {
      provide: Database,
      useFactory: ({ databaseDirectory }: StorageConfig) => new Database(databaseDirectory, schema),
      inject: [StorageConfig],
    };
    return { module: DatabaseModule, providers: [database], exports: [database] };
  }
}
