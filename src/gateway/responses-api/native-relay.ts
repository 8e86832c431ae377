import { upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { isObject, JsonObject, numberOf } from '../wire/json';
import { ENDS, OPENINGS } from '../wire/response-event';
import { frameFor, frameObject, SseFrame, SseFrames } from '../wire/sse-frames';
import { CallTokens } from '../accounts/metered-call';

export interface RelayOptions {
  readonly write: (frames: readonly SseFrame[]) => void;
  readonly onUsage: (tokens: CallTokens) => void;
  /** Called for each event; a comment says nothing. */
  readonly onEvent: () => void;
  /** Codex repeats an answer that was filtered, and doubles its text. */
  readonly failsFiltered: boolean;
  /** Whether the client has been told already that a response has begun, while it waited. */
  readonly hasBegun: () => boolean;
}

/**
 * Passes a provider's own event stream on, event by event and byte for byte.
 *
 * The events before the first output wait for it, so that a failure until then can be repeated elsewhere.
 */
export class NativeRelay {
  private readonly frames = new SseFrames();
  private held: SseFrame[] = [];
  private opening: SseFrame | undefined;
  private last: SseFrame | undefined;
  private passed = false;
  private finished = false;
  private finishedItems = false;

  constructor(private readonly options: RelayOptions) {}

  /** Whether the client has got anything. */
  get hasOutput(): boolean {
    return this.passed;
  }

  /** Whether the provider has said all of its answer. */
  get isFinished(): boolean {
    return this.finished;
  }

  /** Whether the client has got a finished message or call, which a repeat would send again. */
  get hasFinishedItems(): boolean {
    return this.finishedItems;
  }

  /**
   * @returns whether any event was passed on.
   * @throws UpstreamError for a failure inside the stream; what was passed on by then stays so.
   */
  write(chunk: Uint8Array): boolean {
    const ready: SseFrame[] = [];
    for (const frame of this.frames.push(chunk)) this.take(frame, ready);
    this.flush(ready);
    return ready.some(isEvent);
  }

  /**
   * Says nothing new between two events, in the words of the provider's first one.
   *
   * @returns whether it could: the provider must have said something.
   */
  keepAlive(): boolean {
    const response = this.opening && dataOf(this.opening).response;
    if (response === undefined) return false;
    if (this.finished) return true;
    const ready: SseFrame[] = [];
    this.release(ready);
    const sequence_number = numberOf(this.last && dataOf(this.last).sequence_number) ?? 0;
    const event = { type: 'response.in_progress', sequence_number, response };
    ready.push(frameFor(event.type, JSON.stringify(event)));
    this.flush(ready);
    return true;
  }

  /** @throws UpstreamError for a stream that ended without an end. */
  end(): void {
    if (!this.finished) throw UpstreamError.cutOff();
  }

  private take(frame: SseFrame, ready: SseFrame[]): void {
    if (isEvent(frame)) this.options.onEvent();
    if (frame.type === 'error' || frame.type === 'response.failed') this.fail(frame, ready);
    if (frame.type === 'response.incomplete') this.refuseFiltered(frame, ready);
    if (OPENINGS.has(frame.type) && !this.passed) {
      this.opening ??= frame;
      this.last = frame;
      return void this.held.push(frame);
    }
    if (!isEvent(frame) && !this.passed) return;
    if (ENDS.has(frame.type)) this.conclude(frame);
    this.finishedItems ||= frame.type === 'response.output_item.done' && !isReasoning(frame);
    this.release(ready);
    this.last = frame;
    ready.push(frame);
  }

  private release(ready: SseFrame[]): void {
    this.passed = true;
    if (!this.options.hasBegun()) ready.push(...this.held);
    this.held = [];
  }

  private flush(ready: readonly SseFrame[]): void {
    if (ready.length > 0) this.options.write(ready);
  }

  private fail(frame: SseFrame, ready: SseFrame[]): never {
    const event = dataOf(frame);
    const response = isObject(event.response) ? event.response : event;
    this.noteUsage(response);
    // What came before the failure in the same chunk goes first.
    this.flush(ready);
    throw upstreamErrorOf(isObject(response.error) ? response.error : response);
  }

  private refuseFiltered(frame: SseFrame, ready: SseFrame[]): void {
    const { response } = dataOf(frame);
    const details = isObject(response) ? response.incomplete_details : undefined;
    if (!this.options.failsFiltered || !isObject(details) || details.reason !== 'content_filter') return;
    this.flush(ready);
    throw UpstreamError.contentFiltered();
  }

  private conclude(frame: SseFrame): void {
    this.finished = true;
    const { response } = dataOf(frame);
    if (isObject(response)) this.noteUsage(response);
  }

  private noteUsage({ usage }: JsonObject): void {
    const tokens = tokensOf(usage);
    if (tokens !== undefined) this.options.onUsage(tokens);
  }
}

/** The token counts of a Responses API `usage`. */
export function tokensOf(usage: unknown): CallTokens | undefined {
  if (!isObject(usage)) return undefined;
  const detail = (details: unknown, name: string): number => (isObject(details) && numberOf(details[name])) || 0;
  return {
    input: numberOf(usage.input_tokens) ?? 0,
    cached: detail(usage.input_tokens_details, 'cached_tokens'),
    output: numberOf(usage.output_tokens) ?? 0,
    reasoning: detail(usage.output_tokens_details, 'reasoning_tokens'),
  };
}

const isEvent = ({ type }: SseFrame): boolean => type !== '';

const dataOf = (frame: SseFrame): JsonObject => frameObject(frame) ?? {};

const isReasoning = (frame: SseFrame): boolean => {
  const { item } = dataOf(frame);
  return isObject(item) && item.type === 'reasoning';
};
