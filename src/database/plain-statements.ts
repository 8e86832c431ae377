import type { DataSource } from 'typeorm';
import type { Row, Statements } from './statements';

/** Statements that TypeORM runs: slower than prepared ones, and by its public interface alone. */
export class PlainStatements implements Statements {
  constructor(private readonly dataSource: DataSource) {}

  async run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    const { affected } = await this.dataSource.createQueryRunner().query(text, [...parameters], true);
    return affected ?? 0;
  }

  async all(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    // TypeORM gives no rows of a text that begins with UPDATE, INSERT or DELETE, whatever that returns.
    return this.dataSource.query<Row[]>(` ${text}`, [...parameters]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
