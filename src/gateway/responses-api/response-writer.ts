import { coalesceDeltas, RESPONSE_DELTAS } from '../wire/delta-coalescing';
import { isObject, JsonObject, numberOf } from '../wire/json';
import { ENDS, NumberedEvent, OPENINGS } from '../wire/response-event';
import { completeItem, completeResponse, ResponseFailure, ResponseFrame, snapshotOf } from '../wire/response-object';
import { frameFor, frameObject, SseFrame } from '../wire/sse-frames';
import { ClientProfile } from './client-profile';
import { ResponseTransport } from './response-transport';

const ITEM_DONE = 'response.output_item.done';
const COMPLETED_EVENTS = new Set([...OPENINGS, ...ENDS, 'response.output_item.added', ITEM_DONE]);

export interface WriterOptions {
  /** The fields that the response repeats from the request. */
  readonly frame: ResponseFrame;
  readonly profile: Pick<ClientProfile, 'conforms' | 'coalescesDeltas'>;
  readonly onFirstOutput: () => void;
  /** Called with each finished item, before it is sent. */
  readonly onItem?: (item: unknown) => void;
}

/**
 * The one way of a response's events to its client, whether the gateway makes them or a provider does.
 *
 * It alone knows how far the answer has come: what is buffered of its start, whether output has begun, what the client
 * could have twice if it asked again, and the response in its final state. The first events wait for output: until then a
 * failure can still be an HTTP error, and a provider's own opening must not be sent if another may answer yet.
 */
export class ResponseWriter {
  /** Events of the gateway's own that wait for output. */
  private buffered: NumberedEvent[] = [];
  /** The openings of the running attempt's provider that wait for output. */
  private bufferedFrames: SseFrame[] = [];
  /** The first of those. */
  private opening: SseFrame | undefined;
  private isOpenedByGateway = false;
  /** Whether the provider's own events have gone to the client. */
  private isPassingOn = false;
  private hasOutput = false;
  private hasFinishedItem = false;
  private finalResponse: JsonObject | undefined;
  /** The provider's own frames that a synthesized end needs: finished items, and the last one. */
  private readonly itemFrames: SseFrame[] = [];
  private lastFrame: SseFrame | undefined;
  private coalesced: SseFrame[] = [];
  private sentAt = performance.now();

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

  drained(): Promise<void> {
    return this.transport.drained();
  }

  /** When the client was last sent anything, on the monotonic clock. */
  get lastSentAtMs(): number {
    return this.sentAt;
  }

  /** Whether anything of the response has been sent, or is about to be: an HTTP error is no longer possible. */
  get started(): boolean {
    return this.transport.started || this.coalesced.length > 0;
  }

  /** Whether the client has something that another attempt would send again, or contradict. */
  get outputBegun(): boolean {
    return this.hasOutput || this.isPassingOn;
  }

  /**
   * Whether output has begun, but the client has no finished message or call yet: it may ask again without having
   * anything twice.
   */
  get isRepeatable(): boolean {
    return this.outputBegun && !this.hasFinishedItem && this.itemFrames.every(isReasoning);
  }

  /** Whether the response that the client knows is the gateway's, and not a provider's own. */
  get isOwn(): boolean {
    return this.isOpenedByGateway;
  }

  /** Whether the events that the client has are a provider's own. */
  get isRelayed(): boolean {
    return this.outputBegun && !this.isOpenedByGateway;
  }

  /** The response in its final state, once it was sent. */
  get final(): JsonObject | undefined {
    return this.finalResponse;
  }

  /** What an earlier attempt left in the buffer will not be sent. */
  startAttempt(): void {
    this.bufferedFrames = [];
    this.opening = undefined;
  }

  /** Output has begun that comes as a complete response, not as events. */
  noteOutput(): void {
    if (this.hasOutput) return;
    this.hasOutput = true;
    this.options.onFirstOutput();
  }

  /** Sends an event that the gateway made. */
  send(event: NumberedEvent): void {
    const isOpening = OPENINGS.has(event.type);
    if (isOpening) this.isOpenedByGateway = true;
    else this.noteOutput();
    if ('response' in event && ENDS.has(event.type)) this.finalResponse = event.response;
    if (event.type === ITEM_DONE) {
      this.hasFinishedItem ||= event.item.type !== 'reasoning';
      this.options.onItem?.(event.item);
    }
    const { coalescesDeltas } = this.options.profile;
    if (isOpening && !coalescesDeltas && this.buffers()) return void this.buffered.push(event);
    this.sentAt = performance.now();
    if (coalescesDeltas) return this.coalesce([frameFor(event.type, JSON.stringify(event))]);
    this.release();
    this.transport.send(event);
  }

  /** Passes events of a provider's own stream on. */
  relay(frames: readonly SseFrame[]): void {
    const ready: SseFrame[] = [];
    for (const frame of frames) {
      if (this.isPassingOn || !isBeforeOutput(frame)) this.releaseFrames(ready).push(frame);
      else if (frame.type !== '') this.bufferOpening(frame);
    }
    this.pass(ready);
  }

  /**
   * A sign of life between two events, in the words of the provider's first one.
   *
   * @returns whether it could: the provider must have said something.
   */
  keepRelayAlive(): boolean {
    const response = this.opening && frameObject(this.opening)?.response;
    if (response === undefined) return false;
    if (this.finalResponse !== undefined) return true;
    const ready = this.releaseFrames([]);
    const last = ready.at(-1) ?? this.lastFrame;
    const sequence_number = numberOf(last && frameObject(last)?.sequence_number) ?? 0;
    const event = { type: 'response.in_progress', sequence_number, response };
    this.pass([...ready, frameFor(event.type, JSON.stringify(event))]);
    return true;
  }

  /** Ends a provider's own stream that broke off. */
  failRelayed(error: ResponseFailure): void {
    this.flush();
    const { frame } = this.options;
    const progress = { status: 'failed', output: [], usage: null, error, incomplete_details: null } as const;
    const output = this.itemFrames.flatMap((item) => frameObject(item)?.item ?? []);
    const id = (this.opening && responseIn(this.opening)?.id) ?? frame.id;
    const response = { ...snapshotOf(frame, progress), id, output };
    const sequence = numberOf(this.lastFrame && frameObject(this.lastFrame)?.sequence_number) ?? -1;
    this.finalResponse = response;
    const event = { type: 'response.failed', sequence_number: sequence + 1, response };
    this.transport.relay([frameFor(event.type, JSON.stringify(event))]);
  }

  /** Sends what waits for the end of this round of the event loop. */
  flush(): void {
    const { coalesced } = this;
    this.coalesced = [];
    if (coalesced.length > 0) this.transport.relay(coalesceDeltas(coalesced, RESPONSE_DELTAS));
  }

  /** A keep-alive comes third, and says that the client has waited long enough for a sign. */
  private buffers(): boolean {
    return !this.transport.started && this.buffered.length < 2;
  }

  private release(): void {
    const { buffered } = this;
    if (buffered.length === 0) return;
    this.buffered = [];
    for (const event of buffered) this.transport.send(event);
  }

  private bufferOpening(frame: SseFrame): void {
    this.opening ??= frame;
    this.bufferedFrames.push(frame);
  }

  /** A provider's own opening is left out where the gateway's was sent. */
  private releaseFrames(ready: SseFrame[]): SseFrame[] {
    this.isPassingOn = true;
    if (!this.isOpenedByGateway) ready.push(...this.bufferedFrames);
    this.bufferedFrames = [];
    return ready;
  }

  private pass(frames: readonly SseFrame[]): void {
    if (frames.length === 0) return;
    if (frames.some(({ type }) => type !== '')) this.sentAt = performance.now();
    const { conforms, coalescesDeltas } = this.options.profile;
    const passed: SseFrame[] = [];
    for (const given of frames) {
      const made = conforms ? this.conforming(given) : [given];
      made.forEach((frame) => this.observe(frame));
      passed.push(...made);
    }
    if (coalescesDeltas) return this.coalesce(passed);
    if (passed.length === 0) return;
    this.release();
    this.transport.relay(passed);
  }

  private coalesce(frames: readonly SseFrame[]): void {
    if (this.coalesced.length === 0) setImmediate(() => this.flush());
    this.coalesced.push(...frames);
  }

  private observe(frame: SseFrame): void {
    if (frame.type === '') return;
    this.lastFrame = frame;
    if (!OPENINGS.has(frame.type)) this.noteOutput();
    if (frame.type === ITEM_DONE) {
      this.itemFrames.push(frame);
      this.options.onItem?.(frameObject(frame)?.item);
    }
    if (ENDS.has(frame.type)) this.finalResponse = responseIn(frame);
  }

  /** Some servers leave the output of a streamed response out of its end; what continues the response needs it. */
  private withItems(response: JsonObject, type: string): JsonObject {
    const isEmpty = !Array.isArray(response.output) || response.output.length === 0;
    if (!ENDS.has(type) || !isEmpty || this.itemFrames.length === 0) return response;
    return { ...response, output: this.itemFrames.flatMap((frame) => frameObject(frame)?.item ?? []) };
  }

  /** The frame as the specification wants it; nothing for a comment or an end mark, which the transport makes. */
  private conforming(frame: SseFrame): SseFrame[] {
    if (frame.type === '') return [];
    const event = COMPLETED_EVENTS.has(frame.type) ? frameObject(frame) : undefined;
    if (event === undefined) return [frame];
    const given = isObject(event.response) ? this.withItems(event.response, frame.type) : undefined;
    const response = given && { response: completeResponse(given, this.options.frame) };
    const status = frame.type === ITEM_DONE ? 'completed' : 'in_progress';
    const item = isObject(event.item) && { item: completeItem(event.item, status) };
    return [frameFor(frame.type, JSON.stringify({ ...event, ...response, ...item }))];
  }
}

/** Whether a frame is an opening, or a comment, which says nothing. */
const isBeforeOutput = ({ type }: SseFrame): boolean => type === '' || OPENINGS.has(type);

function isReasoning(frame: SseFrame): boolean {
  const item = frameObject(frame)?.item;
  return isObject(item) && item.type === 'reasoning';
}

function responseIn(frame: SseFrame): JsonObject | undefined {
  const response = frameObject(frame)?.response;
  return isObject(response) ? response : undefined;
}
