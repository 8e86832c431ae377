import { isObject, parseJson } from '../../wire/json';

/** The text of `{"input": text}`; a model that sent the bare text meant just that. */
export function freeformInput(wrapped: string): string {
  const value = parseJson(wrapped);
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value.input === 'string' ? value.input : wrapped;
}
