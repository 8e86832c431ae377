import type { EntityManager } from 'typeorm';
import type { WriteTransaction } from '../write-transaction';
import type { SearchTerm } from './search-words';
import { Found, IndexedText, marksOf, ownerMark, SearchScope, TextIndex, WordCounts } from './text-index';

/** One table: `words` of `search_entries` is a tsvector of words as they are, which a GIN index has. */
export class PostgresTextIndex extends TextIndex {
  protected async insert(
    tx: WriteTransaction,
    id: number,
    { chatId, kind, refId }: IndexedText,
    words: WordCounts,
  ): Promise<boolean> {
    const inserted = await tx.run(
      `INSERT INTO "search_entries" ("id", "chat_id", "kind", "ref_id", "words")
       SELECT $1::bigint, "id", $2, $3, $4::tsvector FROM "chat_sessions" WHERE "id" = $5 ON CONFLICT ("id") DO NOTHING`,
      [id, kind, refId, vectorOf(words), chatId],
    );
    return inserted > 0;
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
    const ofChat = [scope.chats('$2'), ...(archived === undefined ? [] : [`${archived ? '' : 'NOT '}chat."archived"`])];
    // A subquery, not a join: with that the planner takes all texts of all chats of the user, and looks for the words in them.
    // So it decides between the index of the words and the newest texts only, by how many have the words.
    const rows = await read.query<Omit<Found, 'sample'>[]>(
      `SELECT entry."id" AS "id", entry."kind" AS "kind", entry."ref_id" AS "refId", entry."chat_id" AS "chatId"
       FROM "search_entries" AS entry
       WHERE entry."words" @@ $1::tsquery
         AND (SELECT ${ofChat.join(' AND ')} FROM "chat_sessions" AS chat WHERE chat."id" = entry."chat_id")
         ${before === undefined ? '' : 'AND entry."id" < $3::bigint'}
       ORDER BY entry."id" DESC LIMIT ${limit}`,
      parameters,
    );
    // A bigint comes as text.
    return rows.map((row) => ({ ...row, id: Number(row.id) }));
  }
}

/** `'word':1,2`: each word at as many places as it is to count. */
const vectorOf = (words: WordCounts): string =>
  [...words]
    .map(([word, count]) => `'${word}':${Array.from({ length: count }, (_, index) => index + 1).join(',')}`)
    .join(' ');

/** There is no quote in a word. */
const queryOf = (terms: readonly SearchTerm[], scope: SearchScope): string =>
  [
    ...(scope.owners ? [`(${scope.owners.map((owner) => `'${ownerMark(owner)}'`).join(' | ')})`] : []),
    ...marksOf(scope).map((mark) => `'${mark}'`),
    ...terms.map(({ word, isPrefix }) => `'${word}'${isPrefix ? ':*' : ''}`),
  ].join(' & ');
