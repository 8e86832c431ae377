import { isObject, JsonObject, objectsOf, textOf } from './json';
import { frameFor, frameObject, SseFrame } from './sse-frames';

/** In characters. Whoever holds deltas back counts them, so that each must stay short. */
const MAX_COALESCED = 512;

/** Both texts as one, unless that is long or one is no text. */
function joinedText(first: unknown, second: unknown): string | undefined {
  if (typeof first !== 'string' || typeof second !== 'string') return undefined;
  return first.length + second.length > MAX_COALESCED ? undefined : first + second;
}

/** How the deltas of a protocol are coalesced. */
export interface DeltaProtocol {
  /** Whether a frame may hold a delta, as far as that shows without reading it. */
  readonly isDelta: (frame: SseFrame) => boolean;
  /** The event that says what both say; `undefined` where they are not deltas of the same text. */
  readonly join: (first: JsonObject, second: JsonObject) => JsonObject | undefined;
  readonly frameOf: (event: JsonObject) => SseFrame;
}

/** The frames of a stream, deltas of the same text that follow each other as one. */
export function coalesceDeltas(frames: readonly SseFrame[], protocol: DeltaProtocol): readonly SseFrame[] {
  const coalesced: SseFrame[] = [];
  let run: DeltaRun | undefined;
  for (const frame of frames) {
    if (run?.takes(frame)) continue;
    if (run !== undefined) coalesced.push(run.frame);
    run = protocol.isDelta(frame) ? new DeltaRun(frame, protocol) : undefined;
    if (run === undefined) coalesced.push(frame);
  }
  if (run !== undefined) coalesced.push(run.frame);
  return coalesced;
}

/** Deltas of one text, one after another. */
class DeltaRun {
  private event: JsonObject | undefined;
  private isCoalesced = false;

  constructor(
    private readonly first: SseFrame,
    private readonly protocol: DeltaProtocol,
  ) {}

  takes(frame: SseFrame): boolean {
    if (!this.protocol.isDelta(frame)) return false;
    this.event ??= frameObject(this.first);
    const next = frameObject(frame);
    const both = this.event && next && this.protocol.join(this.event, next);
    if (both === undefined) return false;
    this.event = both;
    this.isCoalesced = true;
    return true;
  }

  /** As it came, if it is but one. */
  get frame(): SseFrame {
    return this.isCoalesced && this.event !== undefined ? this.protocol.frameOf(this.event) : this.first;
  }
}

/** What says which text a delta belongs to. */
const POSITION = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Of the Responses API. */
export const RESPONSE_DELTAS: DeltaProtocol = {
  isDelta: ({ type }) => type.endsWith('.delta'),
  join(first, second) {
    if (POSITION.some((name) => first[name] !== second[name])) return undefined;
    const delta = joinedText(first.delta, second.delta);
    if (delta === undefined) return undefined;
    const logprobs = [...listOf(first.logprobs), ...listOf(second.logprobs)];
    return { ...second, delta, ...('logprobs' in second && { logprobs }) };
  },
  frameOf: (event) => frameFor(textOf(event.type) ?? '', JSON.stringify(event)),
};

/** Where a chunk of the chat completions API has its text; the last two are names of other vendors for a model's thoughts. */
const TEXTS = ['content', 'reasoning_content', 'reasoning'];
const OF_PLAIN_CHOICE = new Set(['index', 'delta', 'finish_reason', 'logprobs']);

/** A choice that says nothing but some text. */
interface PlainChoice {
  readonly choice: JsonObject;
  readonly delta: JsonObject;
  readonly field: string;
  readonly text: string;
}

/** Of the chat completions API: chunks that say nothing but text. */
export const COMPLETION_CHUNKS: DeltaProtocol = {
  isDelta: ({ type }) => type === '',
  join(first, second) {
    const [one, other] = [plainChoice(first), plainChoice(second)];
    if (one === undefined || other === undefined) return undefined;
    if (one.choice.index !== other.choice.index || one.field !== other.field) return undefined;
    const text = joinedText(one.text, other.text);
    if (text === undefined) return undefined;
    return { ...second, choices: [{ ...one.choice, delta: { ...one.delta, [one.field]: text } }] };
  },
  frameOf: (chunk) => ({ bytes: Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`), type: '' }),
};

/** The only choice of a chunk, if that says nothing but some text. */
function plainChoice({ choices, usage }: JsonObject): PlainChoice | undefined {
  const [choice, ...more] = objectsOf(choices);
  if (choice === undefined || more.length > 0 || usage != null) return undefined;
  if (choice.finish_reason != null || choice.logprobs != null) return undefined;
  if (Object.keys(choice).some((key) => !OF_PLAIN_CHOICE.has(key))) return undefined;
  const { delta } = choice;
  if (!isObject(delta)) return undefined;
  const [field = '', ...others] = Object.keys(delta).filter((key) => key !== 'role' && delta[key] !== null);
  const text = textOf(delta[field]);
  return text === undefined || others.length > 0 || !TEXTS.includes(field) ? undefined : { choice, delta, field, text };
}
