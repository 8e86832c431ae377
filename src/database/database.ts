import { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { mkdir } from 'node:fs/promises';
import { DataSource, EntityManager } from 'typeorm';
import { ConfigError } from '../config/config.error';
import { DomainError, messageOf, unavailable } from '../common/domain.error';
import { continueIdsAfter } from '../common/ids';
import type { Workarounds } from '../common/workarounds';
import type { WorkaroundMode } from '../config/workaround.config';
import { newestIds } from './newest-ids';
import { PREPARED_STATEMENTS, PreparedStatements } from './prepared-statements';
import { DatabaseSchema, openReader, openWriter } from './sqlite-data-source';
import { isStorageFault, StorageUnavailableError } from './storage-fault';
import { refuseUnfinishedCopy } from './unfinished-copy';
import { Write, WriteQueue } from './write-queue';

/** Left out: prepared statements, without a self-test. */
export interface StatementSettings {
  readonly mode: WorkaroundMode;
  readonly workarounds: Workarounds;
}

/** What keeps other processes away from the database. */
export interface ServiceLock {
  /** @throws ConfigError when another process has it. */
  take(): Promise<void>;
}

/**
 * The open database: reads of what is committed, and writes through one queue. Nest opens it when the modules are
 * initialized, and closes it after everything else.
 */
export class Database implements OnModuleInit, OnApplicationShutdown {
  private writer: DataSource | undefined;
  private reader: DataSource | undefined;
  private queue: WriteQueue | undefined;
  private readonly lastWrites: (() => Promise<void>)[] = [];

  constructor(
    private readonly directory: string,
    private readonly schema: DatabaseSchema,
    private readonly statements?: StatementSettings,
    private readonly lock?: ServiceLock,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.lock?.take();
    await this.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  /**
   * Opens the file, running the migrations that it lacks. New ids sort behind all that are in it, so that what comes
   * later stays later although the clock was set back between two runs.
   *
   * @throws ConfigError when the file cannot be opened or is no database, or statements are to be prepared and cannot.
   */
  async open(): Promise<void> {
    try {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      this.writer = await openWriter(this.directory, this.schema);
      await this.writer.runMigrations({ transaction: 'each' });
      await refuseUnfinishedCopy(this.writer);
      this.reader = await openReader(this.directory, this.schema);
      for (const id of await newestIds(this.reader)) continueIdsAfter(id);
    } catch (error) {
      throw new ConfigError(`the database in ${this.directory} cannot be opened: ${messageOf(error)}`);
    }
    await this.chooseStatements(this.writer, this.reader);
    this.queue = new WriteQueue(this.writer);
  }

  /** Sees committed rows only. @throws DomainError `storage_unavailable` when it is not open, as while the service stops */
  get read(): EntityManager {
    if (!this.reader) throw notOpen();
    return this.reader.manager;
  }

  /** Writes that wait for a transaction. */
  get queuedWrites(): number {
    return this.queue?.length ?? 0;
  }

  /** Whether the last transaction failed by the disk, or by a lock of another process. */
  get isFailing(): boolean {
    return this.queue?.isFailing ?? false;
  }

  /** Finds out whether the file can be written. Never throws. */
  async probe(): Promise<void> {
    // Writes the file's first page, with what it has.
    await this.queue?.write((tx) => tx.query('PRAGMA user_version = 0')).catch(() => undefined);
  }

  /**
   * Runs `write` in a transaction shared with its neighbours; see WriteQueue.
   *
   * @throws StorageUnavailableError when the disk is full or broken, or another process has locked the file for longer
   * than a write waits; DomainError `storage_unavailable` when it is not open; and what `write` throws. Nothing is
   * written then.
   */
  async write<T>(write: Write<T>): Promise<T> {
    if (!this.queue) throw notOpen();
    try {
      return await this.queue.write(write);
    } catch (error) {
      throw isStorageFault(error) ? new StorageUnavailableError(error) : error;
    }
  }

  /** Has `write` called before the database closes, by whoever buffers rows before it writes them. */
  beforeClose(write: () => Promise<void>): void {
    this.lastWrites.push(write);
  }

  private async chooseStatements(writer: DataSource, reader: DataSource): Promise<void> {
    if (this.statements === undefined) return;
    const { mode, workarounds } = this.statements;
    const arePrepared = await workarounds.settle(PREPARED_STATEMENTS, mode, () => PreparedStatements.test(writer));
    if (!arePrepared) for (const connection of [writer, reader]) PreparedStatements.avoid(connection);
  }

  /** Commits what is queued or gathered and closes the file. */
  async close(): Promise<void> {
    if (this.queue) await Promise.allSettled(this.lastWrites.map((write) => write()));
    await this.queue?.close();
    const connections = [this.reader, this.writer];
    // First: a call while they are being closed is refused.
    this.queue = this.reader = this.writer = undefined;
    for (const connection of connections) if (connection) await PreparedStatements.of(connection).close();
    for (const connection of connections) await connection?.destroy();
  }
}

/** No storage fault: trying again in this run of the service makes no sense. */
const notOpen = (): DomainError =>
  unavailable('storage_unavailable', 'The database is not open, because the service stops: try again later.');
