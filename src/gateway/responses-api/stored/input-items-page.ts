import { JsonObject } from '../../wire/json';
import { invalidRequest } from '../../wire/openai.error';

/** One page of items, https://platform.openai.com/docs/api-reference/responses/input-items. */
export interface InputItemsPage {
  readonly object: 'list';
  readonly data: readonly JsonObject[];
  readonly first_id: unknown;
  readonly last_id: unknown;
  readonly has_more: boolean;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/**
 * A page of a response's input items: the newest first unless `order` is `asc`, `limit` of them, from behind `after`.
 *
 * @throws OpenAiError 400 for a wrong query.
 */
export function inputItemsPage(items: readonly JsonObject[], query: Readonly<Record<string, unknown>>): InputItemsPage {
  const { order = 'desc', after } = query;
  if (order !== 'asc' && order !== 'desc') throw invalidRequest('order', '"order" must be "asc" or "desc".');
  const limit = limitOf(query.limit);
  const ordered = order === 'asc' ? items : [...items].reverse();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) throw invalidRequest('after', 'There is no item with this id in the list.');
  const data = ordered.slice(start, start + limit);
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { object: 'list', data, ...ends, has_more: start + limit < ordered.length };
}

function limitOf(limit: unknown): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  const value = Number(limit);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw invalidRequest('limit', `"limit" must be a whole number from 1 to ${MAX_LIMIT}.`);
}
