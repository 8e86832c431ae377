import { decodeCursor, encodeCursor, Page, PageRequest } from '../database/page';

/**
 * A page of a list that is in memory, ordered by its ids, which are UUIDv7, newest first. The next page starts behind
 * the cursor, whether that entry is still there or not.
 *
 * @throws DomainError `invalid_cursor`
 */
export function newestFirst<T>(all: readonly T[], { limit, cursor }: PageRequest, idOf: (entry: T) => string): Page<T> {
  const [behind] = cursor === undefined ? [] : decodeCursor(cursor);
  const ordered = all.toSorted((a, b) => (idOf(a) < idOf(b) ? 1 : -1));
  const rest = behind === undefined ? ordered : ordered.filter((entry) => idOf(entry) < behind);
  const data = rest.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: rest.length > limit && last ? encodeCursor(idOf(last)) : null };
}
