import { JsonObject, objectsOf, textOf } from '../../wire/json';

/** An event of a replayed stream. */
export type ReplayedEvent = JsonObject & { readonly type: string; readonly sequence_number: number };

type Position = Readonly<{ item_id: unknown; output_index: number }>;
type UnnumberedEvent = JsonObject & { readonly type: string };

/**
 * The events that lead to a stored response: those that its stream had, with every text in one delta, since the pieces
 * it came in are not kept.
 */
export function* replayedEvents(response: JsonObject): Generator<ReplayedEvent> {
  let sequence_number = 0;
  for (const event of eventsOf(response)) yield { ...event, sequence_number: sequence_number++ };
}

function* eventsOf(response: JsonObject): Generator<UnnumberedEvent> {
  const begun = { status: 'in_progress', output: [], usage: null, error: null, incomplete_details: null };
  const opening = { ...response, ...begun, completed_at: null };
  yield { type: 'response.created', response: opening };
  yield { type: 'response.in_progress', response: opening };
  for (const [output_index, item] of objectsOf(response.output).entries()) yield* itemEvents(item, output_index);
  yield { type: `response.${textOf(response.status) ?? 'completed'}`, response };
}

function* itemEvents(item: JsonObject, output_index: number): Generator<UnnumberedEvent> {
  const position = { item_id: item.id, output_index };
  yield {
    type: 'response.output_item.added',
    output_index,
    item: { ...item, ...EMPTY[String(item.type)], ...IN_PROGRESS },
  };
  if (item.type === 'message') yield* contentEvents(item, position);
  if (item.type === 'reasoning') yield* summaryEvents(item, position);
  if (item.type === 'function_call') yield* textEvents('response.function_call_arguments', 'arguments', item, position);
  if (item.type === 'custom_tool_call') yield* textEvents('response.custom_tool_call_input', 'input', item, position);
  yield { type: 'response.output_item.done', output_index, item };
}

const IN_PROGRESS = { status: 'in_progress' };
/** What an item has not yet when it is announced. */
const EMPTY: Readonly<Record<string, JsonObject>> = {
  message: { content: [] },
  reasoning: { summary: [], encrypted_content: undefined },
  function_call: { arguments: '' },
  custom_tool_call: { input: '' },
};

function* contentEvents(item: JsonObject, itemPosition: Position): Generator<UnnumberedEvent> {
  for (const [content_index, part] of objectsOf(item.content).entries()) {
    const position = { ...itemPosition, content_index };
    const isText = part.type === 'output_text';
    yield { type: 'response.content_part.added', ...position, part: { ...part, [isText ? 'text' : 'refusal']: '' } };
    if (isText) yield* textEvents('response.output_text', 'text', part, position, { logprobs: [] });
    else yield* textEvents('response.refusal', 'refusal', part, position);
    yield { type: 'response.content_part.done', ...position, part };
  }
}

function* summaryEvents(item: JsonObject, itemPosition: Position): Generator<UnnumberedEvent> {
  for (const [summary_index, part] of objectsOf(item.summary).entries()) {
    const position = { ...itemPosition, summary_index };
    yield { type: 'response.reasoning_summary_part.added', ...position, part: { ...part, text: '' } };
    yield* textEvents('response.reasoning_summary_text', 'text', part, position);
    yield { type: 'response.reasoning_summary_part.done', ...position, part };
  }
}

/** One delta with the whole text, and its end. */
function* textEvents(
  prefix: string,
  field: string,
  source: JsonObject,
  position: Position,
  more: JsonObject = {},
): Generator<UnnumberedEvent> {
  yield { type: `${prefix}.delta`, ...position, delta: source[field], ...more };
  const name = prefix === 'response.function_call_arguments' ? { name: source.name } : {};
  yield { type: `${prefix}.done`, ...position, ...name, [field]: source[field], ...more };
}
