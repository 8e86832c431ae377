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
