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

/** Notes the items of a response, in one statement: a long conversation has hundreds. */
export async function noteItems(tx: WriteTransaction, { userId, id, response, input }: StoredResponse): Promise<void> {
  const answer = parseJson(response);
  const items = [...objectsOf(parseJson(input)), ...(isObject(answer) ? objectsOf(answer.output) : [])];
  const ids = new Set(items.flatMap((item) => textOf(item.id) ?? []));
  if (ids.size === 0) return;
  const statement =
    'INSERT OR REPLACE INTO stored_items (user_id, item_id, response_id) SELECT $1, value, $2 FROM json_each($3)';
  await tx.query(statement, [userId, id, JSON.stringify([...ids])]);
}

/** Forgets the items whose response is gone. @param userId left out: of all users. */
export async function forgetItems(tx: WriteTransaction, userId?: string): Promise<void> {
  const gone =
    'NOT EXISTS (SELECT 1 FROM stored_responses AS r WHERE r.user_id = stored_items.user_id AND r.id = stored_items.response_id)';
  const ofUser = userId === undefined ? '' : ' AND user_id = $1';
  await tx.query(`DELETE FROM stored_items WHERE ${gone}${ofUser}`, userId === undefined ? [] : [userId]);
}
