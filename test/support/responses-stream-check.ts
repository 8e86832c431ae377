import { faultsIn } from './responses-schema';

type Json = Readonly<Record<string, unknown>>;
export type StreamEvent = Json & { readonly type: string; readonly sequence_number: number };

const FINAL = /^response\.(completed|incomplete|failed)$/;
/** Deltas by the event that ends them, and that one's field with the whole. */
const WHOLES: Readonly<Record<string, string>> = {
  'response.output_text.done': 'text',
  'response.reasoning_summary_text.done': 'text',
  'response.function_call_arguments.done': 'arguments',
  'response.custom_tool_call_input.done': 'input',
};

/**
 * Everything in which the events of one response differ from the schema and from the sequence that it prescribes: each
 * item announced, filled, ended, and then the same in the response.
 */
export function faultsInStream(events: readonly StreamEvent[]): string[] {
  const schema = events.flatMap((event) => faultsIn('streamEvent', event));
  const numbers = events.flatMap(({ sequence_number: n }, index) =>
    n === index ? [] : [`event ${index} has number ${n}`],
  );
  return [...schema, ...numbers, ...faultsInOrder(events), ...faultsInItems(events)];
}

function faultsInOrder(events: readonly StreamEvent[]): string[] {
  const types = events.map(({ type }) => type);
  const finals = types.filter((type) => FINAL.test(type));
  const ids = new Set(events.flatMap(({ response }) => (isJson(response) ? [response.id] : [])));
  return [
    ...(types[0] === 'response.created' ? [] : [`it begins with ${types[0]}`]),
    ...(types[1] === 'response.in_progress' ? [] : [`it goes on with ${types[1]}`]),
    ...(finals.length === 1 && FINAL.test(types.at(-1) ?? '') ? [] : [`it ends with ${types.at(-1)}`]),
    ...(ids.size === 1 ? [] : [`the response has ${ids.size} ids`]),
  ];
}

function faultsInItems(events: readonly StreamEvent[]): string[] {
  const faults: string[] = [];
  const added = new Map<unknown, Json>();
  const done = new Map<unknown, Json>();
  const deltas = new Map<string, string>();
  for (const event of events) {
    const { type, output_index: index, item } = event;
    if (type === 'response.output_item.added' && isJson(item)) added.set(index, item);
    else if (type === 'response.output_item.done' && isJson(item)) done.set(index, item);
    else if (index !== undefined && added.get(index)?.id !== event.item_id) faults.push(`${type} is of no open item`);
    if (index !== undefined && done.has(index) && type !== 'response.output_item.done')
      faults.push(`${type} comes late`);
    const place = JSON.stringify([index, event.content_index, event.summary_index]);
    if (type.endsWith('.delta')) deltas.set(place, (deltas.get(place) ?? '') + String(event.delta));
    const whole = WHOLES[type];
    if (whole !== undefined && event[whole] !== (deltas.get(place) ?? '') && event[whole] !== '{}') {
      faults.push(`${type} says other than its deltas`);
    }
  }
  return [...faults, ...faultsInEnd(events.at(-1), added, done)];
}

function faultsInEnd(last: StreamEvent | undefined, added: Map<unknown, Json>, done: Map<unknown, Json>): string[] {
  const output = isJson(last?.response) && Array.isArray(last.response.output) ? (last.response.output as Json[]) : [];
  const open = [...added].filter(([index]) => !done.has(index));
  const ended = [...done].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);
  const isWhole = last?.type !== 'response.failed';
  return [
    ...(isWhole && open.length > 0 ? [`${open.length} items are not ended`] : []),
    ...[...done].flatMap(([index, { id }]) =>
      added.get(index)?.id === id ? [] : [`item ${String(id)} changes its id`],
    ),
    ...(JSON.stringify(output) === JSON.stringify(ended) ? [] : ['the response has other items than its events']),
  ];
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;
