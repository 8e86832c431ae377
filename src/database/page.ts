import { SelectQueryBuilder, ObjectLiteral } from 'typeorm';
import { DomainError, invalid } from '../common/domain.error';
import { isId } from '../common/ids';

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface PageRequest {
  /** 1 to 500. */
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * Reads one page of rows that are ordered by one key.
 *
 * @param keyOf the cursor of a row; the next page starts behind it.
 */
export async function readPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  limit: number,
  keyOf: (row: T) => string,
): Promise<Page<T>> {
  const rows = await query.limit(limit + 1).getMany();
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}

/** One page of rows with ids of ours, the newest first. @throws DomainError `invalid_cursor` */
export function readNewest<T extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<T>,
  { limit, cursor }: PageRequest,
): Promise<Page<T>> {
  const { alias } = query;
  query.orderBy(`${alias}.id`, 'DESC');
  if (cursor !== undefined) query.andWhere(`${alias}.id < :behind`, { behind: decodeCursor(cursor)[0] });
  return readPage(query, limit, ({ id }) => id);
}

/** One page of rows by a number that they have, the lowest first. @throws DomainError `invalid_cursor` */
export function readByNumber<K extends string, T extends Record<K, number>>(
  key: K,
  query: SelectQueryBuilder<T>,
  { limit, cursor }: PageRequest,
): Promise<Page<T>> {
  const { alias } = query;
  query.orderBy(`${alias}.${key}`, 'ASC');
  if (cursor !== undefined) query.andWhere(`${alias}.${key} > :behind`, { behind: decodeNumbers(cursor, 1)[0] });
  return readPage(query, limit, (row) => String(row[key]));
}

/** The key in a cursor of ours: ids joined by a slash. @throws DomainError `invalid_cursor`. */
export function decodeCursor(cursor: string): string[] {
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  if (!parts.every(isId)) throw badCursor();
  return parts;
}

/** The numbers in a cursor of ours, so many of them, joined by a slash. @throws DomainError `invalid_cursor`. */
export function decodeNumbers(cursor: string, count: number): number[] {
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split('/');
  if (parts.length !== count || !parts.every((part) => /^\d{1,15}$/.test(part))) throw badCursor();
  return parts.map(Number);
}

const badCursor = (): DomainError =>
  invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');

export function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}
