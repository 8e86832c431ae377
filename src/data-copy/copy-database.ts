import type { DataSource, QueryRunner } from 'typeorm';
import { CopiedColumn, CopiedTable, Row, RowDigest, Value } from './copied-table';
import { placeholdersOf } from '../database/placeholders';

/** What a batch should take in memory. Rows are of any size, up to many megabytes. */
const BATCH_BYTES = 4 * 1024 * 1024;
const FIRST_ROWS = 50;
const MAX_ROWS = 1_000;
/** Values of one statement: SQLite takes 32,766, PostgreSQL 65,535. */
const MAX_VALUES = 30_000;

/** One of the two databases of a copy: its rows, in the form that both have in common. */
export class CopyDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /** The tables of the schema, those that others refer to before those. */
  async tables(): Promise<CopiedTable[]> {
    const { entityMetadatas } = this.dataSource;
    const known = new Map(entityMetadatas.map((metadata) => [metadata.tableName, new CopiedTable(metadata)]));
    const runner = this.dataSource.createQueryRunner();
    try {
      const needs = new Map<string, string[]>();
      for (const { name, foreignKeys } of await runner.getTables([...known.keys()])) {
        const referenced = foreignKeys.map(({ referencedTableName }) => shortName(referencedTableName));
        needs.set(shortName(name), referenced);
      }
      return inOrder(known, needs);
    } finally {
      await runner.release();
    }
  }

  /** Names of the migrations that have run, in their order; none where there is no table of them. */
  async migrations(): Promise<string[]> {
    if (!(await this.hasTable('migrations'))) return [];
    const rows = await this.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp, name');
    return rows.map(({ name }) => name);
  }

  async hasTable(name: string): Promise<boolean> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await runner.hasTable(name);
    } finally {
      await runner.release();
    }
  }

  async migrate(): Promise<void> {
    await this.dataSource.runMigrations({ transaction: 'each' });
  }

  async hasRows({ name }: CopiedTable): Promise<boolean> {
    return (await this.query(`SELECT 1 AS one FROM ${this.quoted(name)} LIMIT 1`)).length > 0;
  }

  async count({ name }: CopiedTable): Promise<number> {
    const [row] = await this.query<{ rows: string | number }>(`SELECT COUNT(*) AS rows FROM ${this.quoted(name)}`);
    return Number(row?.rows ?? 0);
  }

  async clear({ name }: CopiedTable): Promise<void> {
    await this.dataSource.query(`DELETE FROM ${this.quoted(name)}`);
  }

  /** Rows by their key, in batches of bounded size. @param after the key of the row behind which it begins */
  async *batches(table: CopiedTable, after: Row | null = null): AsyncGenerator<readonly Row[]> {
    let last = after;
    for (let limit = FIRST_ROWS; ;) {
      const rows = await this.rowsAfter(table, last, limit);
      const [newest] = rows.slice(-1);
      if (newest === undefined) return;
      yield rows;
      if (rows.length < limit) return;
      last = table.keyOf(newest);
      const fitting = Math.floor((limit * BATCH_BYTES) / Math.max(1, sizeOf(rows)));
      limit = Math.max(1, Math.min(fitting, limit * 2, MAX_ROWS));
    }
  }

  /** Of all rows of a table. */
  async digest(table: CopiedTable): Promise<RowDigest['result']> {
    const digest = new RowDigest();
    for await (const rows of this.batches(table)) for (const row of rows) digest.add(row);
    return digest.result;
  }

  /** Runs `write` in a transaction. */
  async transaction(write: (tx: CopyTransaction) => Promise<void>): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      await write(new CopyTransaction(runner));
      await runner.commitTransaction();
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  query<T = unknown>(text: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return this.dataSource.query<T[]>(text, [...parameters]);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  private async rowsAfter(table: CopiedTable, last: Row | null, limit: number): Promise<Row[]> {
    const names = (columns: readonly CopiedColumn[]): string => columns.map(({ name }) => this.quoted(name)).join(',');
    const key = names(table.key);
    const from = last === null ? '' : ` WHERE (${key}) > (${placeholdersOf(last)})`;
    const order = `ORDER BY ${key} LIMIT ${limit}`;
    const text = `SELECT ${names(table.columns)} FROM ${this.quoted(table.name)}${from} ${order}`;
    const rows = await this.query<Record<string, unknown>>(text, last ?? []);
    return rows.map((row) => table.rowOf(row));
  }

  private quoted(name: string): string {
    return this.dataSource.driver.escape(name);
  }
}

/** Statements that are committed together. */
export class CopyTransaction {
  constructor(private readonly runner: QueryRunner) {}

  async insert({ name, columns }: CopiedTable, rows: readonly Row[]): Promise<void> {
    const { driver } = this.runner.connection;
    const names = columns.map((column) => driver.escape(column.name)).join(',');
    const most = Math.max(1, Math.floor(MAX_VALUES / columns.length));
    for (let start = 0; start < rows.length; start += most) {
      const values = rows.slice(start, start + most);
      const tuples = values.map((row, index) => {
        const placeholders = row.map((_, column) => `$${index * columns.length + column + 1}`);
        return `(${placeholders.join(',')})`;
      });
      await this.query(`INSERT INTO ${driver.escape(name)}(${names}) VALUES ${tuples.join(',')}`, values.flat());
    }
  }

  async query(text: string, parameters: readonly unknown[] = []): Promise<void> {
    await this.runner.query(text, [...parameters]);
  }
}

const shortName = (name: string): string => name.split('.').at(-1) ?? name;

const sizeOf = (rows: readonly Row[]): number =>
  rows.reduce((sum, row) => sum + row.reduce<number>((size, value) => size + sizeOfValue(value), 0), 0);

const sizeOfValue = (value: Value): number =>
  typeof value === 'string' || Buffer.isBuffer(value) ? 2 * value.length + 16 : 16;

/** @throws Error when tables refer to each other in a circle. */
function inOrder(
  known: ReadonlyMap<string, CopiedTable>,
  needs: ReadonlyMap<string, readonly string[]>,
): CopiedTable[] {
  const placed = new Set<string>();
  const waiting = new Set(known.keys());
  while (waiting.size > 0) {
    const ready = [...waiting].filter((name) =>
      (needs.get(name) ?? []).every((other) => other === name || placed.has(other) || !known.has(other)),
    );
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting].join(', ')}`);
    for (const name of ready) {
      placed.add(name);
      waiting.delete(name);
    }
  }
  return [...placed].flatMap((name) => known.get(name) ?? []);
}
