import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/database.config';
import { describePostgres, lockPostgres, openPostgres } from '../database/postgres-alone';
import { postgresEnvironment } from '../database/postgres-connection';
import { requireVersion } from '../database/postgres-version';
import { schema } from '../schema';
import { BackupError } from './backup.error';
import { KeptDatabase } from './kept-database';
import { PostgresProgram } from './postgres-programs';
import { dropAside, hasAside, hasTables, moveTables } from './postgres-schemas';

/** By which a restore that goes on without its parent is known. */
const RESTORER = 'codex-relay restore';
/** Until the server has ended what an interrupted restore has left. */
const END_MS = 30_000;
const POLL_MS = 100;
const LOCK_WAIT_MS = 60_000;

/** A PostgreSQL database, by its own programs. */
export class KeptPostgres extends KeptDatabase {
  readonly kind = 'postgres';
  readonly fileName = 'database.dump';
  readonly description: string;
  private readonly dump: PostgresProgram;
  private readonly restore: PostgresProgram;
  private readonly held: object[] = [];

  /** @throws ConfigError of an address that makes no sense */
  constructor(private readonly config: DatabaseConfig) {
    super();
    this.description = describePostgres(config);
    const environment = postgresEnvironment(config);
    this.dump = new PostgresProgram('pg_dump', { ...environment, PGAPPNAME: 'codex-relay backup' });
    this.restore = new PostgresProgram('pg_restore', { ...environment, PGAPPNAME: RESTORER });
  }

  serverVersion(): Promise<number> {
    return this.using(requireVersion);
  }

  async save(file: string): Promise<void> {
    const { version, schemaName } = await this.place();
    await this.dump.requireVersion(version);
    await this.dump.run([
      ...['--format=custom', '--no-owner', '--no-privileges', `--schema=${quoted(schemaName)}`],
      ...[`--lock-wait-timeout=${LOCK_WAIT_MS}`, `--file=${file}`],
    ]);
    // Reads its list: a dump that broke off has none.
    await this.restore.run(['--list', file], { hasServer: false });
  }

  async lock(): Promise<void> {
    this.held.push(await lockPostgres(this.config));
    await this.using(endLeftRestores);
  }

  hasData(): Promise<boolean> {
    return this.using(hasTables);
  }

  async putAside(): Promise<void> {
    await this.restore.requireVersion(await this.serverVersion());
    await this.using(async (database) => {
      await moveTables(database, { areDropped: await hasAside(database) });
    });
  }

  removeReplaced(): Promise<void> {
    return this.using(dropAside);
  }

  async load(file: string): Promise<void> {
    const { schemaName } = await this.place();
    await this.restore.run([
      ...['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges'],
      ...[`--schema=${schemaName}`, `--dbname=${databaseOf(this.config)}`, file],
    ]);
    if (!(await this.hasData())) {
      throw new BackupError(
        `the backup has no tables of the schema "${schemaName}", in which ${this.description} is read`,
      );
    }
  }

  open(): Promise<DataSource> {
    return openPostgres(this.config, schema);
  }

  private place(): Promise<{ readonly version: number; readonly schemaName: string }> {
    return this.using(async (database) => {
      const [row] = await database.query<{ name: string | null }[]>('SELECT current_schema() AS name');
      return { version: await requireVersion(database), schemaName: row?.name ?? 'public' };
    });
  }

  private async using<T>(use: (database: DataSource) => Promise<T>): Promise<T> {
    const database = await this.open();
    try {
      return await use(database);
    } finally {
      await database.destroy();
    }
  }
}

/** pg_dump takes patterns: quoted it is the very name. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const databaseOf = (config: DatabaseConfig): string => postgresEnvironment(config).PGDATABASE ?? '';

/**
 * Ends programs of a restore that was killed: they would commit what they have restored, later. To be called with the lock
 * held, under which no other restore can be at work.
 *
 * @throws BackupError when the server does not end them
 */
async function endLeftRestores(database: DataSource): Promise<void> {
  const deadline = performance.now() + END_MS;
  const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1`;
  while ((await database.query<unknown[]>(text, [RESTORER])).length > 0) {
    if (performance.now() > deadline) throw new BackupError('an earlier restore is still at work in the database');
    await sleep(POLL_MS);
  }
}
