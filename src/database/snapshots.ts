import type { EntityManager } from 'typeorm';
import { Semaphore } from '../common/semaphore';

type Reads<T> = (read: EntityManager) => Promise<T>;

/** Reads that all see the database as it was when the first of them was made. */
export class Snapshots {
  private readonly transactions: Semaphore;

  /**
   * @param transaction does reads in a transaction of their own, in which they all see the same; may do them again
   * @param atOnce transactions that there can be at once
   */
  constructor(
    private readonly transaction: <T>(reads: Reads<T>) => Promise<T>,
    atOnce: number,
  ) {
    this.transactions = new Semaphore(atOnce);
  }

  /** @param reads may be called again. @throws what they throw */
  read<T>(reads: Reads<T>): Promise<T> {
    return this.transactions.run(() => this.transaction(reads));
  }
}
