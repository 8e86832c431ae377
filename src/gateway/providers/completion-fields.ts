import { isObject, JsonObject } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';
import { dialectOf } from './translation/dialect-table';

/** The value that asks for nothing: it may be left out wherever the field is not known. */
function isNeutral(name: string, value: unknown): boolean {
  if (value == null || value === '') return true;
  if (name === 'parallel_tool_calls') return value !== false;
  if (name === 'n') return value === 1;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : value === false;
}

/**
 * The fields of a completion as a provider type takes them, as changes: a new value, or `undefined` for a field that is left out.
 *
 * @param body of the request; undefined fields count for nothing.
 * @throws OpenAiError 400 for a field that would be lost.
 */
export function completionFieldChanges(type: string, body: JsonObject): JsonObject {
  const lost = lostField(type, body);
  if (lost !== undefined) {
    throw invalidRequest(lost, `This model's provider has no ${nameOf(lost, body[lost])}.`);
  }
  const changes: Record<string, unknown> = {};
  for (const [name, treatment] of Object.entries(dialectOf(type).fields)) {
    const value = body[name];
    if (value === undefined) continue;
    changes[name] = undefined;
    if (typeof treatment === 'object' && !isNeutral(name, value)) changes[treatment.as] = value;
  }
  return changes;
}

/** The first field of a completion that a provider type does not have, and without which the answer would be another. */
export function lostField(type: string, body: JsonObject): string | undefined {
  const lost = Object.entries(dialectOf(type).fields).find(
    ([name, treatment]) => treatment === 'refused' && body[name] !== undefined && isLost(name, body),
  );
  return lost?.[0];
}

/** Without tools nothing can be called in parallel. */
const isLost = (name: string, body: JsonObject): boolean =>
  !isNeutral(name, body[name]) && !(name === 'parallel_tool_calls' && isNeutral('tools', body.tools));

const nameOf = (name: string, value: unknown): string =>
  name === 'n' || value === false ? `"${name}" of ${JSON.stringify(value)}` : `"${name}"`;
