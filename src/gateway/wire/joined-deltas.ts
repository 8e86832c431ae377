import { textOf } from './json';
import { joinedText, Joining } from './delta-coalescing';
import { frameFor } from './sse-frames';

/** What says which text a delta belongs to. */
const PLACE = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Of the Responses API. */
export const RESPONSE_DELTAS: Joining = {
  mayJoin: ({ type }) => type.endsWith('.delta'),
  join(first, second) {
    if (PLACE.some((name) => first[name] !== second[name])) return undefined;
    const delta = joinedText(first.delta, second.delta);
    if (delta === undefined) return undefined;
    const logprobs = [...listOf(first.logprobs), ...listOf(second.logprobs)];
    return { ...second, delta, ...('logprobs' in second && { logprobs }) };
  },
  frameOf: (event) => frameFor(textOf(event.type) ?? '', JSON.stringify(event)),
};
