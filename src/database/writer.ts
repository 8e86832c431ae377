import type { EntityManager } from 'typeorm';
import type { Statements } from './statements';

/** What a transaction works with: all of it on the one connection that the transaction has. */
export interface TransactionContext {
  readonly manager: EntityManager;
  readonly statements: Statements;
}

/** A connection that writes, one transaction at a time. */
export interface Writer {
  /**
   * Runs `work` in a transaction. It resolves once that is committed, and rejects only when it is certain that nothing of
   * it is. `work` may run more than once: a database that has aborted a transaction for the sake of another one lets it be
   * tried again.
   *
   * @param isStatement it is a single statement, which needs no BEGIN and COMMIT of its own
   * @throws what `work` throws, and QueryFailedError
   */
  transact<T>(work: (context: TransactionContext) => Promise<T>, isStatement: boolean): Promise<T>;
  /** To be called when no transaction is under way. Never throws. */
  close(): Promise<void>;
}
