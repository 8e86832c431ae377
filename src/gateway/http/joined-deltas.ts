import { JsonObject, textOf } from '../protocol/json';
import { Joining } from '../protocol/joined-frames';
import { frameFor } from '../protocol/sse-frames';

/** What says which text a delta belongs to. */
const PLACE = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'];

const isDelta = (type: string): boolean => type.endsWith('.delta');

/** The event of the Responses API that says what both say, where both are deltas of the same text. */
export function joinedDelta<T extends object>(first: T, second: T): T | undefined {
  const [one, other] = [fieldsOf(first), fieldsOf(second)];
  if (!isDelta(textOf(one.type) ?? '') || PLACE.some((name) => one[name] !== other[name])) return undefined;
  const [start, end] = [textOf(one.delta), textOf(other.delta)];
  if (start === undefined || end === undefined) return undefined;
  const logprobs = [...listOf(one.logprobs), ...listOf(other.logprobs)];
  return { ...second, delta: start + end, ...('logprobs' in other && { logprobs }) };
}

const fieldsOf = (event: object): JsonObject => event as JsonObject;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Of the Responses API. */
export const RESPONSE_DELTAS: Joining = {
  mayJoin: ({ type }) => isDelta(type),
  join: joinedDelta,
  frameOf: (event) => frameFor(textOf(event.type) ?? '', JSON.stringify(event)),
};
