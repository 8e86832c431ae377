import { mkdir } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import type { Workarounds } from '../common/workarounds';
import type { WorkaroundMode } from '../config/workaround.config';
import type { DatabaseSchema } from './database-schema';
import { Dialect } from './dialect';
import { PREPARED_STATEMENTS, PreparedStatements } from './prepared-statements';
import { Snapshots } from './snapshots';
import { openReader, openWriter } from './sqlite-data-source';
import { SqliteWriter } from './sqlite-writer';
import type { Write } from './write-queue';
import type { Writer } from './writer';

/** Left out: prepared statements, without a self-test. */
export interface StatementSettings {
  readonly mode: WorkaroundMode;
  readonly workarounds: Workarounds;
}

interface Connections {
  readonly writer: DataSource;
  readonly reader: DataSource;
  readonly snapshotReader: DataSource;
  readonly snapshots: Snapshots;
}

/** A file in WAL mode: one connection writes and one reads. The data root's lock keeps other services away. */
export class SqliteDialect extends Dialect {
  readonly name = 'sqlite';
  readonly lanes = 1;
  /** Writes the file's first page, with what it has. */
  readonly probe: Write<unknown> = (tx) => tx.run('PRAGMA user_version = 0');
  private connections: Connections | undefined;

  /** @param directory of the file, made where it is missing */
  constructor(
    private readonly directory: string,
    private readonly schema: DatabaseSchema,
    private readonly statements?: StatementSettings,
  ) {
    super();
  }

  get description(): string {
    return `the database in ${this.directory}`;
  }

  async open(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const writer = await openWriter(this.directory, this.schema);
    await writer.runMigrations({ transaction: 'each' });
    const reader = await openReader(this.directory, this.schema);
    // Reads that are none of a snapshot would see the past between its beginning and its end.
    const snapshotReader = await openReader(this.directory, this.schema);
    await this.chooseStatements(writer, reader, snapshotReader);
    const snapshots = new Snapshots((reads) => snapshotReader.transaction(reads), 1);
    this.connections = { writer, reader, snapshotReader, snapshots };
  }

  get reader(): DataSource {
    return this.opened.reader;
  }

  get snapshots(): Snapshots {
    return this.opened.snapshots;
  }

  writer(): Writer {
    return new SqliteWriter(this.opened.writer);
  }

  async revertMigration(): Promise<void> {
    const writer = await openWriter(this.directory, this.schema);
    await writer.undoLastMigration({ transaction: 'each' });
    await writer.destroy();
  }

  async close(): Promise<void> {
    const { reader, snapshotReader, writer } = this.opened;
    this.connections = undefined;
    for (const connection of [snapshotReader, reader, writer]) await PreparedStatements.of(connection).close();
    for (const connection of [snapshotReader, reader, writer]) await connection.destroy();
  }

  private get opened() {
    if (this.connections === undefined) throw new TypeError('the database is not open');
    return this.connections;
  }

  private async chooseStatements(writer: DataSource, ...readers: readonly DataSource[]): Promise<void> {
    const { mode, workarounds } = this.statements ?? {};
    const arePrepared =
      mode === undefined ||
      (await workarounds?.settle(PREPARED_STATEMENTS, mode, () => PreparedStatements.test(writer))) === true;
    for (const connection of [writer, ...readers]) {
      if (arePrepared) PreparedStatements.of(connection);
      else PreparedStatements.avoid(connection);
    }
  }
}
