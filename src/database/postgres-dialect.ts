import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as pg from 'pg';
import type { DataSource } from 'typeorm';
import type { Logger } from 'pino';
import { ConfigError } from '../config/config.error';
import type { DatabaseConfig } from '../config/database.config';
import type { DatabaseSchema } from './database-schema';
import { Dialect } from './dialect';
import { addressOf, postgresConnection } from './postgres-connection';
import { openPool, patientReads, PostgresPool, reading } from './postgres-data-source';
import { isLostConnection, isPostgresFault } from './postgres-faults';
import { ConnectionChange, PostgresLock } from './postgres-lock';
import { NO_NAMES, PostgresStatements, StatementNames } from './postgres-statements';
import { requireVersion } from './postgres-version';
import { LANES_TABLE, PostgresWriter } from './postgres-writer';
import { SharedLock } from './shared-lock';
import { Snapshots } from './snapshots';
import { useStatements } from './statements';
import { refuseUnfinishedRestore } from './unfinished-restore';
import type { Write } from './write-queue';
import type { Writer } from './writer';

const RETRY_MS = 250;
const MAX_LANES = 8;
const READS_END_MS = 5_000;
const POLL_MS = 5;

export interface PostgresOptions {
  /** Whether statements are prepared once a connection. */
  readonly prepares: boolean;
  /** Told when the server is lost, and when it is there again. */
  readonly logger?: Pick<Logger, 'warn' | 'info' | 'error'>;
}

/** PostgreSQL: a few connections write, each a lane of its own, the others read. */
export class PostgresDialect extends Dialect {
  readonly name = 'postgres';
  readonly lanes: number;
  /** Each transaction marks its lane's row. */
  readonly probe: Write<unknown> = () => Promise.resolve();
  private readonly base: Omit<PostgresPool, 'size'>;
  private readonly names: Pick<StatementNames, 'of'>;
  /** Lanes of this run; those of another one are no longer written. */
  private readonly run = randomUUID();
  private readonly transactions = new SharedLock();
  private readonly lock: PostgresLock;
  private pools:
    { readonly writer: DataSource; readonly reader: DataSource; readonly snapshots: Snapshots } | undefined;

  /** @throws ConfigError of settings that make no sense */
  constructor(
    private readonly config: DatabaseConfig,
    private readonly schema: DatabaseSchema,
    { prepares, logger }: PostgresOptions = { prepares: true },
  ) {
    super();
    const connection = postgresConnection(config);
    this.base = { connection, statementTimeoutMs: config.statementTimeoutSeconds * 1000 };
    this.lanes = Math.min(MAX_LANES, Math.floor(config.poolSize / 3));
    this.names = prepares ? new StatementNames() : NO_NAMES;
    this.lock = new PostgresLock({ ...this.base, size: 1 }, (change) => logger && this.tell(logger, change));
  }

  get description(): string {
    const { database, user } = this.base.connection;
    return `the PostgreSQL database "${database}" at ${addressOf(this.base.connection)}, as user "${user}",`;
  }

  async open(): Promise<void> {
    const deadline = performance.now() + this.config.startWaitSeconds * 1000;
    await this.reached(deadline);
    try {
      await this.migrated((migrator) => migrator.runMigrations({ transaction: 'each' }));
      const writer = await openPool({ ...this.base, size: this.lanes }, this.schema);
      await this.makeLanes(writer);
      const size = Math.max(1, this.config.poolSize - this.lanes - 1);
      const reader = await openPool({ ...this.base, size, readOnly: true }, this.schema);
      patientReads(reader);
      const pool = poolOf(reader);
      useStatements(reader, new PostgresStatements((query) => reading(() => pool.query(query)), this.names));
      // The other half is left to reads that hold their connection for one statement only.
      const snapshots = new Snapshots(
        (reads) => reading(() => reader.transaction('REPEATABLE READ', reads)),
        Math.max(1, Math.floor(size / 2)),
      );
      this.pools = { writer, reader, snapshots };
    } catch (error) {
      await this.lock.release();
      throw error;
    }
  }

  get reader(): DataSource {
    return this.opened.reader;
  }

  get snapshots(): Snapshots {
    return this.opened.snapshots;
  }

  writer(lane: number): Writer {
    return new PostgresWriter(this.opened.writer, this.nameOf(lane), this.names, this.transactions);
  }

  async revertMigration(): Promise<void> {
    await this.reached(performance.now() + this.config.startWaitSeconds * 1000);
    try {
      await this.migrated((migrator) => migrator.undoLastMigration({ transaction: 'each' }));
    } finally {
      await this.lock.release();
    }
  }

  async close(): Promise<void> {
    const { reader, writer } = this.opened;
    this.pools = undefined;
    await quiet(poolOf(reader));
    await Promise.allSettled([reader.destroy(), writer.destroy()]);
    await this.lock.release();
  }

  /** Once for each loss: what cannot be read or written meanwhile its callers are told. */
  private tell(logger: Pick<Logger, 'warn' | 'info' | 'error'>, change: ConnectionChange): void {
    const { host, port, database } = this.base.connection;
    const place = { host, port, database };
    if (change === 'lost') logger.warn(place, 'the connection to PostgreSQL is lost: turns wait until it is back');
    else if (change === 'restored') logger.info(place, 'the connection to PostgreSQL is restored');
    else logger.error(place, 'another codex-relay has taken the database over: this one writes nothing any more');
  }

  private get opened() {
    if (this.pools === undefined) throw new TypeError('the database is not open');
    return this.pools;
  }

  private nameOf(lane: number): string {
    return `${this.run}/${lane}`;
  }

  /** A server that is being started is waited for, as the machine may start it beside this service. */
  private async reached(deadline: number): Promise<void> {
    for (;;) {
      try {
        return await this.lock.take(deadline);
      } catch (error) {
        const mayPass = error instanceof Error && !(error instanceof ConfigError) && mayPassSoon(error);
        if (!mayPass || performance.now() >= deadline) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** With the lock held, so that two starts do not migrate at once. They may take longer than a statement may. */
  private async migrated(work: (migrator: DataSource) => Promise<unknown>): Promise<void> {
    const migrator = await openPool({ ...this.base, size: 2, statementTimeoutMs: 0 }, this.schema);
    try {
      await requireVersion(migrator);
      await refuseUnfinishedRestore(migrator);
      await work(migrator);
    } finally {
      await migrator.destroy();
    }
  }

  /** Of an earlier run none is left: waits for the end of what one of its connections may still be committing. */
  private async makeLanes(writer: DataSource): Promise<void> {
    const columns = 'lane varchar PRIMARY KEY, mark varchar NOT NULL';
    // Room beside the row for the next: each transaction writes it anew.
    await writer.query(`CREATE TABLE IF NOT EXISTS ${LANES_TABLE} (${columns}) WITH (fillfactor = 20)`);
    await writer.query(`DELETE FROM ${LANES_TABLE}`);
    for (let lane = 0; lane < this.lanes; lane += 1) {
      await writer.query(`INSERT INTO ${LANES_TABLE} (lane, mark) VALUES ($1, '')`, [this.nameOf(lane)]);
    }
  }
}

/** The driver's pool, which TypeORM's driver for it has as `master`. */
const poolOf = (dataSource: DataSource): pg.Pool => (dataSource.driver as unknown as { master: pg.Pool }).master;

/** Waits for the reads that were begun: a pool that is ended refuses those that wait for a connection. */
async function quiet(pool: pg.Pool): Promise<void> {
  const deadline = performance.now() + READS_END_MS;
  const isBusy = (): boolean => pool.waitingCount > 0 || pool.idleCount < pool.totalCount;
  while (isBusy() && performance.now() < deadline) await sleep(POLL_MS);
}

/** A wrong password does not get better by waiting. */
const mayPassSoon = (error: Error & { code?: unknown }): boolean =>
  error.code === '57P03' ||
  error.code === '53300' ||
  (isPostgresFault(error) && isLostConnection(error) && !isRefusal(error));

/** The server has answered, and did not like what it got. */
const isRefusal = ({ code }: { code?: unknown }): boolean => typeof code === 'string' && /^(28|3D|42)/.test(code);
