import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/database.config';
import type { DatabaseSchema } from './database-schema';
import { addressOf, postgresConnection } from './postgres-connection';
import { openPool } from './postgres-data-source';
import { PostgresLock } from './postgres-lock';
import { requireVersion } from './postgres-version';

const CONNECTIONS = 2;
/** A predecessor that was just killed holds its lock until the server has noticed. */
const PATIENCE_MS = 3_000;

/** Which database it is, without secrets. @throws ConfigError of an address that makes no sense */
export function describePostgres(config: DatabaseConfig): string {
  const connection = postgresConnection(config);
  return `the PostgreSQL database "${connection.database}" at ${addressOf(connection)}`;
}

/**
 * Keeps services away from a database for as long as this process lives, or until `release`.
 *
 * @throws ConfigError while a service runs on it, Error when it cannot be reached
 */
export async function lockPostgres(config: DatabaseConfig): Promise<PostgresLock> {
  const lock = new PostgresLock({ connection: postgresConnection(config), size: 1, statementTimeoutMs: 0 });
  await lock.take(performance.now() + PATIENCE_MS);
  return lock;
}

/** Opens a database as it is: nothing is migrated. To be destroyed by the caller. @throws ConfigError, Error */
export async function openPostgres(config: DatabaseConfig, schema: DatabaseSchema): Promise<DataSource> {
  const pool = { connection: postgresConnection(config), size: CONNECTIONS, statementTimeoutMs: 0 };
  const dataSource = await openPool(pool, schema);
  try {
    await requireVersion(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
