import { entryOf, isObject, JsonObject, textOf, without } from '../../wire/json';
import { IdPrefix, uniqueId } from '../../wire/response-object';

const ID_PREFIX: Readonly<Record<string, IdPrefix>> = {
  message: 'msg',
  reasoning: 'rs',
  function_call: 'fc',
  function_call_output: 'fco',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctco',
  compaction: 'cmp',
};

/** An input item as the API lists it: with type, id and status, its content as parts. */
export function completeInputItem(item: JsonObject): JsonObject {
  const type = typeof item.type === 'string' ? item.type : 'message';
  const id = item.id ?? uniqueId(entryOf(ID_PREFIX, type) ?? 'item');
  const content = type === 'message' ? { content: completeContent(item.content, item.role) } : {};
  return { ...item, type, id, status: item.status ?? 'completed', ...content };
}

function completeContent(content: unknown, role: unknown): unknown {
  if (Array.isArray(content)) return content.map((part: unknown) => (isObject(part) ? completePart(part) : part));
  return [completePart({ type: role === 'assistant' ? 'output_text' : 'input_text', text: content ?? '' })];
}

function completePart(part: JsonObject): JsonObject {
  if (part.type === 'output_text') return { annotations: [], ...part };
  if (part.type === 'input_image') return { detail: 'auto', image_url: null, ...part };
  return part;
}

/**
 * A kept item as a provider gets it again. Ids and states are the API's: no provider knows those that the gateway
 * made, and OpenAI wants an item with an id of its own to come together with its reasoning. Items of tools that a
 * provider has run itself keep both: its schema requires them, but for
 * the state of what a remote server did, which not all have there.
 */
export function bareItem(item: JsonObject): JsonObject {
  if (isHosted(item)) return textOf(item.type)?.startsWith('mcp_') === true ? without(item, 'status') : item;
  return item.type === 'reasoning' ? without(item, 'status') : without(item, 'id', 'status');
}

const isHosted = ({ type }: JsonObject): boolean => typeof type === 'string' && entryOf(ID_PREFIX, type) === undefined;

/** Reasoning without its sealed content says nothing to a provider that has not kept it. */
export const isReplayable = (item: JsonObject): boolean =>
  item.type !== 'reasoning' || typeof item.encrypted_content === 'string';
