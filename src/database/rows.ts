import type { EntityTarget, FindOptionsWhere, ObjectLiteral, QueryDeepPartialEntity } from 'typeorm';
import type { Write } from './write-queue';

/** Adds rows; the whole row, since nothing is filled in by the database. */
export function insert<T extends ObjectLiteral>(entity: EntityTarget<T>, rows: T | readonly T[]): Write<unknown> {
  // TypeORM's type of a row recurses into JSON columns, where it takes unknown values for relations.
  const values = (Array.isArray(rows) ? [...rows] : { ...rows }) as QueryDeepPartialEntity<T>;
  return (tx) => tx.insert(entity, values);
}

/** Changes the rows that `where` describes; resolves with how many those were. */
export function update<T extends ObjectLiteral>(
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  change: Partial<T>,
): Write<number> {
  return async (tx) => {
    const { affected } = await tx.update(entity, where, change);
    return affected ?? 0;
  };
}
