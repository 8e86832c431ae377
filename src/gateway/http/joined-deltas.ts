import { JsonObject, textOf } from '../protocol/json';
import { frameFor, frameObject, SseFrame } from '../protocol/sse-frames';

/** What says which text a delta belongs to. */
const PLACE = ['type', 'item_id', 'output_index', 'content_index', 'summary_index'];

const isDelta = (type: string): boolean => type.endsWith('.delta');

/** The event that says what both say, where both are deltas of the same text. */
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

/** The frames of a stream, deltas that follow each other joined. */
export function joinedFrames(frames: readonly SseFrame[]): readonly SseFrame[] {
  const joined: SseFrame[] = [];
  let run: DeltaRun | undefined;
  for (const frame of frames) {
    if (run?.takes(frame)) continue;
    if (run !== undefined) joined.push(run.whole);
    run = isDelta(frame.type) ? new DeltaRun(frame) : undefined;
    if (run === undefined) joined.push(frame);
  }
  if (run !== undefined) joined.push(run.whole);
  return joined;
}

/** Deltas of one text, one after another. */
class DeltaRun {
  private event: JsonObject | undefined;

  constructor(private readonly first: SseFrame) {}

  takes(frame: SseFrame): boolean {
    if (frame.type !== this.first.type) return false;
    const [before, next] = [this.event ?? frameObject(this.first), frameObject(frame)];
    const both = before && next && joinedDelta(before, next);
    if (both === undefined) return false;
    this.event = both;
    return true;
  }

  /** As it came, if it is but one. */
  get whole(): SseFrame {
    return this.event === undefined ? this.first : frameFor(this.first.type, JSON.stringify(this.event));
  }
}
