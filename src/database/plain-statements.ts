import type { DataSource } from 'typeorm';

export type Row = Readonly<Record<string, unknown>>;

/** The statements of one connection. */
export interface Statements {
  /** Resolves with how many rows the statement has changed. @throws QueryFailedError */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
  /** Resolves with the rows that the statement finds, by column name. @throws QueryFailedError */
  all(text: string, parameters: readonly unknown[]): Promise<Row[]>;
  /** Must come before the connection is closed. */
  close(): Promise<void>;
}

/** Statements that TypeORM runs: slower than prepared ones, and by its public interface alone. */
export class PlainStatements implements Statements {
  constructor(private readonly dataSource: DataSource) {}

  async run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    const { affected } = await this.dataSource.createQueryRunner().query(text, [...parameters], true);
    return affected ?? 0;
  }

  async all(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(text, [...parameters]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
