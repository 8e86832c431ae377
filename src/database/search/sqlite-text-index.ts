import type { EntityManager } from 'typeorm';
import type { WriteTransaction } from '../write-transaction';
import type { SearchTerm } from './search-words';
import { Found, IndexedText, marksOf, ownerMark, SearchScope, TextIndex, WordCounts } from './text-index';

/** Two tables: `search_words` is an FTS5 index without the texts, whose rows have the numbers of `search_entries`. */
export class SqliteTextIndex extends TextIndex {
  protected async insert(
    tx: WriteTransaction,
    id: number,
    { chatId, kind, refId }: IndexedText,
    words: WordCounts,
  ): Promise<boolean> {
    const inserted = await tx.run(
      `INSERT INTO "search_entries" ("id", "chat_id", "kind", "ref_id")
       SELECT CAST($1 AS integer), "id", $2, $3 FROM "chat_sessions" WHERE "id" = $4 ON CONFLICT ("id") DO NOTHING`,
      [id, kind, refId, chatId],
    );
    if (inserted === 0) return false;
    const text = [...words].map(([word, count]) => `${word} `.repeat(count)).join('');
    await tx.run('INSERT INTO "search_words" (rowid, words) VALUES (CAST($1 AS integer), $2)', [id, text]);
    return true;
  }

  protected async newest(
    read: EntityManager,
    terms: readonly SearchTerm[],
    scope: SearchScope,
    limit: number,
  ): Promise<Omit<Found, 'sample'>[]> {
    const { userId, archived, before } = scope;
    const parameters: unknown[] = [queryOf(terms, scope), userId];
    if (before !== undefined) parameters.push(before);
    // CROSS JOIN: in this order, in which the newest come first by themselves.
    return read.query<Omit<Found, 'sample'>[]>(
      `SELECT entry."id" AS "id", entry."kind" AS "kind", entry."ref_id" AS "refId", entry."chat_id" AS "chatId"
       FROM "search_words" CROSS JOIN "search_entries" AS entry ON entry."id" = "search_words".rowid
         CROSS JOIN "chat_sessions" AS chat ON chat."id" = entry."chat_id"
       WHERE "search_words" MATCH $1 AND ${scope.chats('$2')}
         ${before === undefined ? '' : 'AND "search_words".rowid < CAST($3 AS integer)'}
         ${archived === undefined ? '' : `AND ${archived ? '' : 'NOT '}chat."archived"`}
       ORDER BY "search_words".rowid DESC LIMIT ${limit}`,
      parameters,
    );
  }
}

/** Words in quotes are nothing but words to FTS5, and there is no quote in them. */
const queryOf = (terms: readonly SearchTerm[], scope: SearchScope): string =>
  [
    ...(scope.owners ? [`(${scope.owners.map((owner) => `"${ownerMark(owner)}"`).join(' OR ')})`] : []),
    ...marksOf(scope).map((mark) => `"${mark}"`),
    ...terms.map(({ word, isPrefix }) => `"${word}"${isPrefix ? ' *' : ''}`),
  ].join(' AND ');
