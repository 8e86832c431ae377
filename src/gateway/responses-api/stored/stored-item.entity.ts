import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WriteTransaction } from '../../../database/write-transaction';
import { isObject, objectsOf, parseJson, textOf } from '../../wire/json';
import { StoredResponse } from './stored-response.entity';

/** Where an item of a stored response is, for those that name it by its id: the response that was stored last of those with it. */
@Entity('stored_items')
export class StoredItem {
  @PrimaryColumn('varchar')
  userId: string;

  @PrimaryColumn('varchar')
  itemId: string;

  @Column('varchar')
  responseId: string;
}

/** A statement of so many has three parameters each, which every database takes. */
const ITEMS_PER_STATEMENT = 500;

/** Notes the items of a response in few statements: a long conversation has hundreds. */
export async function noteItems(tx: WriteTransaction, { userId, id, response, input }: StoredResponse): Promise<void> {
  const answer = parseJson(response);
  const items = [...objectsOf(parseJson(input)), ...(isObject(answer) ? objectsOf(answer.output) : [])];
  const ids = [...new Set(items.flatMap((item) => textOf(item.id) ?? []))];
  for (let from = 0; from < ids.length; from += ITEMS_PER_STATEMENT) {
    const some = ids.slice(from, from + ITEMS_PER_STATEMENT);
    const tuples = some.map((_, index) => `($1,$${index + 3},$2)`);
    const statement = `INSERT INTO stored_items (user_id, item_id, response_id) VALUES ${tuples.join()}
      ON CONFLICT (user_id, item_id) DO UPDATE SET response_id = excluded.response_id`;
    await tx.query(statement, [userId, id, ...some]);
  }
}

/** Forgets the items whose response is gone. @param userId left out: of all users. */
export async function forgetItems(tx: WriteTransaction, userId?: string): Promise<void> {
  const gone =
    'NOT EXISTS (SELECT 1 FROM stored_responses AS r WHERE r.user_id = stored_items.user_id AND r.id = stored_items.response_id)';
  const ofUser = userId === undefined ? '' : ' AND user_id = $1';
  await tx.query(`DELETE FROM stored_items WHERE ${gone}${ofUser}`, userId === undefined ? [] : [userId]);
}
