import type { DataSource, EntityManager } from 'typeorm';
import type { Row } from './statements';
import type { TransactionContext } from './writer';

/** The data source of a transaction, for what in this folder builds statements: not to be imported from elsewhere. */
export let dataSourceOf: (tx: WriteTransaction) => DataSource;

/**
 * What a write may do in its transaction, for as long as the write runs: nothing can leave it. Nothing here opens a
 * transaction of its own, as TypeORM's `save`, `remove` and `transaction` do: within the queue's, which TypeORM does not
 * know of, SQLite refuses that, and the whole batch with it.
 */
export class WriteTransaction {
  readonly #context: TransactionContext;
  #isOver = false;

  static {
    dataSourceOf = (tx) => tx.#context.manager.connection;
  }

  /** Gives the write a transaction, which is of no use to anybody once the write has ended. */
  static async during<T>(context: TransactionContext, write: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const tx = new WriteTransaction(context);
    try {
      return await write(tx);
    } finally {
      tx.#isOver = true;
    }
  }

  constructor(context: TransactionContext) {
    this.#context = context;
  }

  get insert(): EntityManager['insert'] {
    return this.#of('insert');
  }

  get update(): EntityManager['update'] {
    return this.#of('update');
  }

  get upsert(): EntityManager['upsert'] {
    return this.#of('upsert');
  }

  get delete(): EntityManager['delete'] {
    return this.#of('delete');
  }

  get clear(): EntityManager['clear'] {
    return this.#of('clear');
  }

  /** Runs SQL that both dialects understand, with parameters `$1`, `$2`, ... */
  get query(): EntityManager['query'] {
    return this.#of('query');
  }

  get findBy(): EntityManager['findBy'] {
    return this.#of('findBy');
  }

  get findOneBy(): EntityManager['findOneBy'] {
    return this.#of('findOneBy');
  }

  get existsBy(): EntityManager['existsBy'] {
    return this.#of('existsBy');
  }

  get countBy(): EntityManager['countBy'] {
    return this.#of('countBy');
  }

  /** Runs a statement, which is prepared once; resolves with how many rows it has changed. @throws QueryFailedError */
  run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return this.#opened.statements.run(text, parameters);
  }

  /** The same, with the rows that it returns, by column name. @throws QueryFailedError */
  all(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#opened.statements.all(text, parameters);
  }

  get #opened(): TransactionContext {
    if (this.#isOver) throw new TypeError('the write has ended, and its transaction with it');
    return this.#context;
  }

  #of<K extends keyof EntityManager>(name: K): EntityManager[K] {
    const { manager } = this.#opened;
    const method = manager[name];
    // A method of the manager, as the names above are.
    return (method as (...args: unknown[]) => unknown).bind(manager) as EntityManager[K];
  }
}
