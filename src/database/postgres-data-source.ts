import type { Socket } from 'node:net';
import * as pg from 'pg';
import { DataSource, QueryRunner } from 'typeorm';
import { messageOf } from '../common/domain.error';
import type { DatabaseSchema } from './database-schema';
import type { PostgresConnection } from './postgres-connection';
import { isLostConnection } from './postgres-faults';
import { SnakeCaseNaming } from './snake-case-naming';
import { refusalOf } from './storage-fault';

const CONNECT_TIMEOUT_MS = 5_000;
/** What a silent network is given beyond the server's own timeout. */
const SILENCE_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
/** A service that was cut off in a transaction gives its locks up. */
const IDLE_TRANSACTION_MS = 60_000;

export interface PostgresPool {
  readonly connection: PostgresConnection;
  /** Connections at most. */
  readonly size: number;
  /** 0: none. */
  readonly statementTimeoutMs: number;
  readonly readOnly?: boolean;
}

/** PostgreSQL has no character 0 in a text, and agents do write it. */
const storable = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;

/** A connection whose parameters are such as PostgreSQL takes. */
export class PostgresClient extends pg.Client {
  override query(...args: unknown[]): never {
    const [query, values, ...more] = args;
    const isConfig = typeof query === 'object' && query !== null && 'values' in query && Array.isArray(query.values);
    const config = isConfig ? { ...query, values: (query.values as unknown[]).map(storable) } : query;
    const parameters = Array.isArray(values) ? values.map(storable) : values;
    // The driver's method has eight signatures; this passes on what it was given.
    const result = (super.query as (...all: unknown[]) => unknown).call(this, config, parameters, ...more);
    if (result instanceof Promise) result.catch((error: unknown) => this.abandon(error));
    return result as never;
  }

  /** Who comes next on a connection that has not answered in time would wait for the same answer. */
  private abandon(error: unknown): void {
    if (messageOf(error) === 'Query read timeout') socketOf(this)?.destroy();
  }
}

/** The driver has no other way to end a connection that does not answer. */
export const socketOf = (client: pg.ClientBase): Socket | undefined =>
  (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;

/** What a connection is opened with. */
export function clientOptions({ connection, statementTimeoutMs, readOnly = false }: PostgresPool): pg.ClientConfig {
  return {
    ...connection,
    ...{ application_name: 'codex-relay', keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...(statementTimeoutMs > 0 && {
      ...{ statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + SILENCE_MS },
      idle_in_transaction_session_timeout: Math.max(IDLE_TRANSACTION_MS, statementTimeoutMs),
    }),
    ...(readOnly && { options: '-c default_transaction_read_only=on' }),
  };
}

export async function openPool(pool: PostgresPool, schema: DatabaseSchema): Promise<DataSource> {
  const { connection, size } = pool;
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    ...{ host: connection.host, port: connection.port, username: connection.user, database: connection.database },
    ...{ entities: schema.entities, migrations: schema.migrations, migrationsTableName: 'migrations' },
    ...{ namingStrategy: new SnakeCaseNaming(), installExtensions: false, poolSize: size },
    extra: { ...clientOptions(pool), Client: PostgresClient, max: size, idleTimeoutMillis: 0 },
    // A connection that is lost while nobody uses it: the pool makes another one.
    poolErrorHandler: () => undefined,
  });
  await dataSource.initialize();
  return dataSource;
}

/**
 * Has a pool's reads tried again on another connection where theirs was lost, as it is of all when the server was
 * restarted, and a server that cannot be reached told as what it is. Not within a transaction, which has ended with its
 * connection: another one would see something else.
 */
export function patientReads(dataSource: DataSource): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner) as AnyQuery;
    const again: AnyQuery = async (...args) => {
      const other = create(mode);
      try {
        return await (other.query.bind(other) as AnyQuery)(...args);
      } finally {
        await other.release();
      }
    };
    runner.query = ((...args: unknown[]) =>
      runner.isTransactionActive
        ? query(...args)
        : reading(
            () => query(...args),
            () => again(...args),
          )) as QueryRunner['query'];
    return runner;
  };
}

type AnyQuery = (...args: unknown[]) => Promise<unknown>;

/** @throws StorageUnavailableError, and what the read throws */
export async function reading<T>(first: () => Promise<T>, again: () => Promise<T> = first): Promise<T> {
  try {
    try {
      return await first();
    } catch (error) {
      if (!isLostConnection(causeOf(error))) throw error;
      return await again();
    }
  } catch (error) {
    throw refusalOf(error);
  }
}

export const causeOf = (error: unknown): object => {
  const cause: unknown = error instanceof Error && 'driverError' in error ? error.driverError : error;
  return typeof cause === 'object' && cause !== null ? cause : {};
};
