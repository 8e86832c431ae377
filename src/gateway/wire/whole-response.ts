import { isObject, JsonObject, objectsOf } from './json';
import { ItemStatus } from './output-item';
import { IN_PROGRESS, ResponseFrame } from './response-object';

/** A provider's own item with the status that the specification wants of every item. */
export const wholeItem = (item: JsonObject, status: ItemStatus): JsonObject =>
  item.status == null ? { ...item, status } : item;

/**
 * A provider's own response with every field that the specification requires: what it left out is as the request had
 * it. Whether it is stored, and what it continues, is the gateway's to say: the provider was sent the whole input.
 */
export function wholeResponse(response: JsonObject, frame: ResponseFrame): JsonObject {
  const defaults: JsonObject = { ...frame, ...IN_PROGRESS, completed_at: null };
  const given = Object.entries(response).filter(([key, value]) => value != null || !(key in defaults));
  const { store, previous_response_id } = frame;
  const status: ItemStatus = response.status === 'in_progress' ? 'in_progress' : 'completed';
  const output = objectsOf(response.output).map((item) => wholeItem(item, status));
  const completed = response.status === 'completed' ? { completed_at: completedAt(response) } : {};
  return { ...defaults, ...completed, ...Object.fromEntries(given), output, store, previous_response_id };
}

const completedAt = ({ completed_at: told }: JsonObject): unknown => told ?? Math.floor(Date.now() / 1000);

export const isResponseObject = (value: unknown): value is JsonObject => isObject(value) && Array.isArray(value.output);
