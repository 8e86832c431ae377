import type { DataSource, EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { PreparedStatements } from './prepared-statements';

/**
 * What a write may do in its transaction. Nothing here opens a transaction of its own, as TypeORM's `save`, `remove` and
 * `transaction` do: within the queue's, which TypeORM does not know of, SQLite refuses that, and the whole batch with it.
 */
export class WriteTransaction {
  readonly insert: EntityManager['insert'];
  readonly update: EntityManager['update'];
  readonly upsert: EntityManager['upsert'];
  readonly delete: EntityManager['delete'];
  readonly clear: EntityManager['clear'];
  readonly query: EntityManager['query'];
  readonly findBy: EntityManager['findBy'];
  readonly findOneBy: EntityManager['findOneBy'];
  readonly existsBy: EntityManager['existsBy'];
  readonly countBy: EntityManager['countBy'];
  readonly #dataSource: DataSource;

  constructor(manager: EntityManager) {
    this.#dataSource = manager.connection;
    this.insert = manager.insert.bind(manager);
    this.update = manager.update.bind(manager);
    this.upsert = manager.upsert.bind(manager);
    this.delete = manager.delete.bind(manager);
    this.clear = manager.clear.bind(manager);
    this.query = manager.query.bind(manager);
    this.findBy = manager.findBy.bind(manager);
    this.findOneBy = manager.findOneBy.bind(manager);
    this.existsBy = manager.existsBy.bind(manager);
    this.countBy = manager.countBy.bind(manager);
  }

  get driver(): DataSource['driver'] {
    return this.#dataSource.driver;
  }

  metadataOf<T extends ObjectLiteral>(entity: EntityTarget<T>): EntityMetadata {
    return this.#dataSource.getMetadata(entity);
  }

  /** Runs a statement, which is prepared once; resolves with how many rows it has changed. @throws QueryFailedError */
  run(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return PreparedStatements.of(this.#dataSource).run(text, parameters);
  }
}
