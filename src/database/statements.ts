import type { DataSource } from 'typeorm';

export type Row = Readonly<Record<string, unknown>>;

/** The statements of a connection, or of a pool of them. */
export interface Statements {
  /** Resolves with how many rows the statement has changed. @throws QueryFailedError */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
  /** Resolves with the rows that the statement finds, by column name. @throws QueryFailedError */
  all(text: string, parameters: readonly unknown[]): Promise<Row[]>;
  /** Must come before the connection is closed. */
  close(): Promise<void>;
}

const known = new WeakMap<DataSource, Statements>();

/** From now on `statementsOf` gives these. */
export function useStatements(dataSource: DataSource, statements: Statements): void {
  known.set(dataSource, statements);
}

/** How statements of a data source are run fastest. @throws TypeError for one that was not opened by a dialect */
export function statementsOf(dataSource: DataSource): Statements {
  const statements = known.get(dataSource);
  if (statements === undefined) throw new TypeError('a data source is opened by its dialect');
  return statements;
}

export const hasStatements = (dataSource: DataSource): boolean => known.has(dataSource);
