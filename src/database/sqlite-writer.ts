import type { DataSource, QueryRunner } from 'typeorm';
import type { TransactionContext, Writer } from './writer';
import { statementsOf } from './statements';

/**
 * SQLite's one connection for writing.
 *
 * Says BEGIN, COMMIT and ROLLBACK itself: TypeORM counts open transactions, and where SQLite has ended one on its own
 * (a full disk) counts wrong from then on, so that nothing would be committed any more, without an error.
 */
export class SqliteWriter implements Writer {
  private runner: QueryRunner | undefined;

  constructor(private readonly dataSource: DataSource) {}

  async transact<T>(work: (context: TransactionContext) => Promise<T>, isStatement: boolean): Promise<T> {
    this.runner ??= this.dataSource.createQueryRunner();
    const statements = statementsOf(this.dataSource);
    const context = { manager: this.runner.manager, statements };
    if (isStatement) return work(context);
    await statements.run('BEGIN');
    try {
      const result = await work(context);
      await statements.run('COMMIT');
      return result;
    } catch (error) {
      // Fails when SQLite has rolled back already.
      await statements.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await statementsOf(this.dataSource).close();
    await this.runner?.release();
    this.runner = undefined;
  }
}
