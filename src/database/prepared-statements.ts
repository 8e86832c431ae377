import type * as sqlite3 from 'sqlite3';
import { DataSource, QueryFailedError } from 'typeorm';
import { failed, Trial, Workaround } from '../common/workarounds';
import { PlainStatements } from './plain-statements';
import { hasStatements, Row, Statements, statementsOf, useStatements } from './statements';

export const PREPARED_STATEMENTS: Workaround = {
  name: 'prepared_statements',
  setting: 'PREPARED_STATEMENTS',
  without: "each statement is prepared anew, which is most of the database's part of a turn",
};

/** Kept at once; inserts of one row and of two are different statements. */
const MAX_KEPT = 128;

/**
 * The statements of one connection, each prepared once: the driver prepares and runs a statement in two jobs for another
 * thread, which together took most of the database's part of a turn.
 */
export class PreparedStatements implements Statements {
  /** The one used least recently first. */
  private readonly kept = new Map<string, Promise<sqlite3.Statement>>();

  private constructor(private readonly connection: sqlite3.Database) {}

  /** The statements of an open connection to SQLite: prepared, unless `avoid` was called for it. */
  static of(dataSource: DataSource): Statements {
    if (!hasStatements(dataSource)) {
      const { databaseConnection } = dataSource.driver as unknown as { databaseConnection: sqlite3.Database };
      useStatements(dataSource, new PreparedStatements(databaseConnection));
    }
    return statementsOf(dataSource);
  }

  /** Has TypeORM run the statements of a connection. To be called before the first of them. */
  static avoid(dataSource: DataSource): void {
    useStatements(dataSource, new PlainStatements(dataSource));
  }

  /** Whether the driver still has under TypeORM what this needs: quirk `typeorm-connection`. */
  static async test(dataSource: DataSource): Promise<Trial> {
    const connection: unknown = Reflect.get(dataSource.driver, 'databaseConnection');
    const hasPrepare = typeof connection === 'object' && connection !== null && 'prepare' in connection;
    if (!hasPrepare) return failed(PREPARED_STATEMENTS, 'the driver of TypeORM has no such connection');
    const statements = new PreparedStatements(connection as sqlite3.Database);
    const rows = await statements.all('SELECT ? AS one', [1]);
    await statements.close();
    return rows[0]?.one === 1 ? { active: true } : failed(PREPARED_STATEMENTS, 'one was answered wrongly');
  }

  /** Resolves with how many rows the statement has changed. @throws QueryFailedError */
  async run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    const prepared = this.prepared(text);
    const statement = await prepared;
    return new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(new QueryFailedError(text, [...parameters], error));
      const forget = (): Promise<void> => this.forget(text, prepared);
      statement.run(parameters, function (this: sqlite3.RunResult, error: Error | null) {
        if (error === null) resolve(this.changes);
        else void forget().then(() => failed(error));
      });
    });
  }

  /** Resolves with the rows that the statement finds, by column name. @throws QueryFailedError */
  async all(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    const prepared = this.prepared(text);
    const statement = await prepared;
    return new Promise((resolve, reject) => {
      statement.all<Row>(parameters, (error, rows) => {
        if (error === null) return resolve(rows);
        const failure = new QueryFailedError(text, [...parameters], error);
        void this.forget(text, prepared).then(() => reject(failure));
      });
    });
  }

  /** Must come before the connection is closed, which SQLite refuses while a statement is open. */
  async close(): Promise<void> {
    const open = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(open.map(end));
  }

  /** The same statement for all who ask for it, also while it is being prepared: one that is not kept is never ended. */
  private prepared(text: string): Promise<sqlite3.Statement> {
    const prepared = this.kept.get(text) ?? this.prepare(text);
    this.kept.delete(text);
    this.kept.set(text, prepared);
    if (this.kept.size > MAX_KEPT) this.dropOldest();
    return prepared;
  }

  /**
   * A statement that could not get its lock is still under way until it is ended: what the connection writes then is not
   * committed, and what it reads stays as old as that.
   */
  private async forget(text: string, prepared: Promise<sqlite3.Statement>): Promise<void> {
    if (this.kept.get(text) === prepared) this.kept.delete(text);
    await end(prepared);
  }

  private prepare(text: string): Promise<sqlite3.Statement> {
    // Made before: a connection that is closed refuses at once.
    const { promise: prepared, resolve, reject } = Promise.withResolvers<sqlite3.Statement>();
    const statement = this.connection.prepare(text, (error: Error | null) => {
      if (error === null) return resolve(statement);
      void this.forget(text, prepared);
      reject(new QueryFailedError(text, [], error));
    });
    return prepared;
  }

  private dropOldest(): void {
    const [oldest] = this.kept;
    if (oldest !== undefined) void this.forget(...oldest);
  }
}

/** Without effect for one that could not be prepared. */
const end = (prepared: Promise<sqlite3.Statement>): Promise<void> => prepared.then(finalize, () => undefined);

const finalize = (statement: sqlite3.Statement): Promise<void> =>
  new Promise((resolve) => void statement.finalize(() => resolve()));
