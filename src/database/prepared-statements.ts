import type * as sqlite3 from 'sqlite3';
import { DataSource, QueryFailedError } from 'typeorm';

/** Kept at once; inserts of one row and of two are different statements. */
const MAX_KEPT = 128;

type Row = Readonly<Record<string, unknown>>;

/**
 * The statements of one connection, each prepared once: the driver prepares and runs a statement in two jobs for another
 * thread, which together took most of the database's part of a turn.
 */
export class PreparedStatements {
  /** The one used least recently first. */
  private readonly kept = new Map<string, sqlite3.Statement>();

  private constructor(private readonly connection: sqlite3.Database) {}

  private static readonly all = new WeakMap<DataSource, PreparedStatements>();

  static of(dataSource: DataSource): PreparedStatements {
    const known = this.all.get(dataSource);
    if (known !== undefined) return known;
    const { databaseConnection } = dataSource.driver as unknown as { databaseConnection: sqlite3.Database };
    const made = new PreparedStatements(databaseConnection);
    this.all.set(dataSource, made);
    return made;
  }

  /** Resolves with how many rows the statement has changed. @throws QueryFailedError */
  async run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    const statement = await this.statement(text);
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(new QueryFailedError(text, [...parameters], error));
      const forget = (): Promise<void> => this.forget(text, statement);
      statement.run(parameters, function (this: sqlite3.RunResult, error: Error | null) {
        if (error === null) resolve(this.changes);
        else void forget().then(() => failed(error));
      });
    });
  }

  /** Resolves with the rows that the statement finds, by column name. @throws QueryFailedError */
  async all(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    const statement = await this.statement(text);
    return new Promise((resolve, reject) => {
      statement.all<Row>(parameters, (error, rows) => {
        if (error === null) return resolve(rows);
        const failure = new QueryFailedError(text, [...parameters], error);
        void this.forget(text, statement).then(() => reject(failure));
      });
    });
  }

  /** Must come before the connection is closed, which SQLite refuses while a statement is open. */
  async close(): Promise<void> {
    const open = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(open.map(finalize));
  }

  private async statement(text: string): Promise<sqlite3.Statement> {
    const statement = this.kept.get(text) ?? (await this.prepare(text));
    this.kept.delete(text);
    this.kept.set(text, statement);
    await this.dropOldest();
    return statement;
  }

  /**
   * A statement that could not get its lock is still under way until it is ended: what the connection writes then is not
   * committed, and what it reads stays as old as that.
   */
  private async forget(text: string, statement: sqlite3.Statement): Promise<void> {
    if (this.kept.get(text) === statement) this.kept.delete(text);
    await finalize(statement);
  }

  private prepare(text: string): Promise<sqlite3.Statement> {
    return new Promise((resolve, reject) => {
      const statement = this.connection.prepare(text, (error: Error | null) => {
        if (error === null) resolve(statement);
        else reject(new QueryFailedError(text, [], error));
      });
    });
  }

  private async dropOldest(): Promise<void> {
    if (this.kept.size <= MAX_KEPT) return;
    const [oldest] = this.kept;
    if (oldest === undefined) return;
    this.kept.delete(oldest[0]);
    await finalize(oldest[1]);
  }
}

const finalize = (statement: sqlite3.Statement): Promise<void> =>
  new Promise((resolve) => void statement.finalize(() => resolve()));
