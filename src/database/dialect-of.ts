import type { DatabaseConfig } from '../config/database.config';
import type { DatabaseSchema } from './database-schema';
import type { Dialect } from './dialect';
import { PostgresDialect, PostgresOptions } from './postgres-dialect';
import { SqliteDialect, StatementSettings } from './sqlite-dialect';

/**
 * The database of the settings: PostgreSQL where DATABASE_URL names one, else the file in a folder.
 *
 * @throws ConfigError of settings that make no sense
 */
export function dialectOf(
  config: DatabaseConfig,
  directory: string,
  schema: DatabaseSchema,
  statements?: StatementSettings,
  logger?: PostgresOptions['logger'],
): Dialect {
  if (config.url === '') return new SqliteDialect(directory, schema, statements);
  return new PostgresDialect(config, schema, { prepares: statements?.mode !== 'off', logger });
}
