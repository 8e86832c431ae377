import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { DatabaseConfig } from '../../src/config/database.config';
import { PostgresDialect } from '../../src/database/postgres-dialect';
import { schema } from '../../src/schema';

/** Set by the setup of the run: the address of a database of the server that all suites share. */
const SERVER = 'TEST_POSTGRES_SERVER';
const TEMPLATE = 'relay_template';

/** Whether the suites of this run have a PostgreSQL. */
export const hasPostgres = (): boolean => process.env[SERVER] !== undefined;

function addressOf(database: string): string {
  const url = new URL(process.env[SERVER] ?? fail());
  url.pathname = `/${database}`;
  return url.href;
}

const fail = (): never => {
  throw new Error('this run has no PostgreSQL: install it, or set TEST_DATABASE_URL');
};

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: addressOf('postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes a migrated database that others are copied from, and says where the server is. */
export async function prepareTemplate(server: string): Promise<void> {
  process.env[SERVER] = server;
  await execute(`DROP DATABASE IF EXISTS ${TEMPLATE}`);
  await execute(`CREATE DATABASE ${TEMPLATE}`);
  const dialect = new PostgresDialect(postgresConfig(addressOf(TEMPLATE)), schema);
  await dialect.open();
  await dialect.close();
}

export const postgresConfig = (url: string, more: Partial<DatabaseConfig> = {}): DatabaseConfig =>
  Object.assign(new DatabaseConfig(), { url, poolSize: 9 }, more);

/** A new database. @param isEmpty without tables @returns its address */
export async function createPostgresDatabase({ isEmpty = false } = {}): Promise<string> {
  const name = `relay_${randomUUID().replaceAll('-', '')}`;
  await execute(`CREATE DATABASE ${name}${isEmpty ? '' : ` TEMPLATE ${TEMPLATE}`}`);
  return addressOf(name);
}

export async function dropPostgresDatabase(url: string): Promise<void> {
  // To drop one takes a checkpoint; a server of the run's own goes with all of them.
  if (process.env.TEST_DATABASE_URL === undefined) return;
  await execute(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}
