import { isObject, JsonObject, numberOf } from '../wire/json';
import { ENDS, NumberedEvent, OPENINGS } from '../wire/response-event';
import { ResponseFailure, ResponseFrame, snapshotOf } from '../wire/response-object';
import { joinedFrames } from '../wire/delta-coalescing';
import { frameFor, frameObject, SseFrame } from '../wire/sse-frames';
import { wholeItem, wholeResponse } from '../wire/whole-response';
import { RelaySink } from './event-sink';
import { RESPONSE_DELTAS } from '../wire/joined-deltas';
import { ResponseTransport } from './response-transport';

const ITEMS = new Set(['response.output_item.added', 'response.output_item.done']);

export interface WriterOptions {
  /** What the response tells back of the request. */
  readonly frame: ResponseFrame;
  /**
   * A codex of this service: nothing is held back or completed for it. What comes in one round of the event loop goes on
   * together, the deltas of a text as one: each costs codex a notification, and twenty were a fifth of its part of a turn.
   */
  readonly isCodex: boolean;
  readonly onFirstOutput: () => void;
}

/**
 * Between whoever makes the events of a response and the client.
 *
 * Holds the first events back until there is output, so that a failure before can still be an HTTP error; completes
 * what a provider's own stream leaves out; and keeps the response in its final state.
 */
export class ResponseWriter implements RelaySink {
  private held: NumberedEvent[] = [];
  private finalResponse: JsonObject | undefined;
  /** The provider's own frames that a synthesized end needs: finished items, and the last one. */
  private readonly itemFrames: SseFrame[] = [];
  private lastFrame: SseFrame | undefined;
  private relayedId: unknown;
  private hasOutput = false;
  private gathered: SseFrame[] = [];

  constructor(
    private readonly transport: ResponseTransport,
    private readonly options: WriterOptions,
  ) {}

  get closed(): AbortSignal {
    return this.transport.closed;
  }

  get congested(): boolean {
    return this.transport.congested;
  }

  /** The response in its final state, once it was sent. */
  get final(): JsonObject | undefined {
    return this.finalResponse;
  }

  drained(): Promise<void> {
    return this.transport.drained();
  }

  /** Whether anything of the response has been sent, or is about to be. */
  get started(): boolean {
    return this.transport.started || this.gathered.length > 0;
  }

  send(event: NumberedEvent): void {
    if ('response' in event && ENDS.has(event.type)) this.finalResponse = event.response;
    if (!OPENINGS.has(event.type)) this.noteOutput();
    if (this.options.isCodex) return this.gather([frameFor(event.type, JSON.stringify(event))]);
    if (OPENINGS.has(event.type) && this.holds()) return void this.held.push(event);
    this.release();
    this.transport.send(event);
  }

  relay(frames: readonly SseFrame[]): void {
    if (!this.options.isCodex) return this.relayCompleted(frames.flatMap((frame) => this.conform(frame)));
    frames.forEach((frame) => this.observe(frame));
    this.gather(frames);
  }

  /** Sends what waits for the end of this round of the event loop. */
  flush(): void {
    const { gathered } = this;
    this.gathered = [];
    if (gathered.length > 0) this.transport.relay(joinedFrames(gathered, RESPONSE_DELTAS));
  }

  /** The end of a provider's own stream that broke off. */
  failRelayed(error: ResponseFailure): void {
    this.flush();
    const { frame } = this.options;
    const progress = { status: 'failed', output: [], usage: null, error, incomplete_details: null } as const;
    const output = this.itemFrames.flatMap((item) => frameObject(item)?.item ?? []);
    const response = { ...snapshotOf(frame, progress), id: this.relayedId ?? frame.id, output };
    const sequence = numberOf(this.lastFrame && frameObject(this.lastFrame)?.sequence_number) ?? -1;
    this.finalResponse = response;
    const event = { type: 'response.failed', sequence_number: sequence + 1, response };
    this.transport.relay([frameFor(event.type, JSON.stringify(event))]);
  }

  /** A keep-alive comes third, and says that the client has waited long enough for a sign. */
  private holds(): boolean {
    return !this.transport.started && this.held.length < 2;
  }

  /** Behind what is held: a provider's own opening is left out where ours was made. */
  private relayCompleted(frames: readonly SseFrame[]): void {
    if (frames.length === 0) return;
    this.release();
    this.transport.relay(frames);
  }

  private gather(frames: readonly SseFrame[]): void {
    if (this.gathered.length === 0) setImmediate(() => this.flush());
    this.gathered.push(...frames);
  }

  private release(): void {
    const { held } = this;
    if (held.length === 0) return;
    this.held = [];
    for (const event of held) this.transport.send(event);
  }

  private noteOutput(): void {
    if (this.hasOutput) return;
    this.hasOutput = true;
    this.options.onFirstOutput();
  }

  private observe(frame: SseFrame): void {
    if (frame.type === '') return;
    this.lastFrame = frame;
    if (!OPENINGS.has(frame.type)) this.noteOutput();
    else this.relayedId ??= responseIn(frame)?.id;
    if (frame.type === 'response.output_item.done') this.itemFrames.push(frame);
    if (ENDS.has(frame.type)) this.finalResponse = responseIn(frame);
  }

  /** The frame as the specification wants it; nothing for a comment or an end mark, which the transport makes. */
  private conform(frame: SseFrame): SseFrame[] {
    if (frame.type === '') return [];
    const whole =
      OPENINGS.has(frame.type) || ENDS.has(frame.type) || ITEMS.has(frame.type) ? this.completed(frame) : frame;
    this.observe(whole);
    return [whole];
  }

  private completed(frame: SseFrame): SseFrame {
    const event = frameObject(frame);
    if (event === undefined) return frame;
    const response = isObject(event.response) && { response: wholeResponse(event.response, this.options.frame) };
    const isDone = frame.type === 'response.output_item.done';
    const item = isObject(event.item) && { item: wholeItem(event.item, isDone ? 'completed' : 'in_progress') };
    return frameFor(frame.type, JSON.stringify({ ...event, ...response, ...item }));
  }
}

function responseIn(frame: SseFrame): JsonObject | undefined {
  const response = frameObject(frame)?.response;
  return isObject(response) ? response : undefined;
}
