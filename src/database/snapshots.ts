import type { DataSource, EntityManager } from 'typeorm';
import { Semaphore } from '../common/semaphore';

/** Reads that all see the database as it was when the first of them was made. */
export class Snapshots {
  private readonly transactions: Semaphore;

  /**
   * @param connection nothing else may read by it where it has no transaction for each: it would see the past
   * @param atOnce transactions that the connection can have at once
   * @param isolation what makes the reads of one transaction see the same; left out: any of it does
   */
  constructor(
    private readonly connection: DataSource,
    atOnce: number,
    private readonly isolation?: 'REPEATABLE READ',
  ) {
    this.transactions = new Semaphore(atOnce);
  }

  /** Does reads in a transaction of their own. @throws what they throw */
  read<T>(reads: (read: EntityManager) => Promise<T>): Promise<T> {
    return this.transactions.run(() =>
      this.isolation === undefined
        ? this.connection.transaction(reads)
        : this.connection.transaction(this.isolation, reads),
    );
  }
}
