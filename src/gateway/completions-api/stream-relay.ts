import { MeteredCall } from '../accounts/call-meter';
import { Backpressure } from '../providers/upstream/backpressure';
import { UpstreamFlow, UpstreamReader } from '../providers/upstream/upstream-exchange';
import { isObject, objectsOf, parseJson } from '../wire/json';
import { upstreamErrorOf, upstreamErrorTold } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { CompleteEvents, eventsIn } from './complete-events';
import { CompletionWriter } from './completion-writer';
import { endsStream, StreamTail } from './stream-tail';

const END = 'data: [DONE]\n\n';

/** What marks, in bytes, the chunk that tells nothing but the usage. */
const NO_CHOICES = ['"choices":[]', '"choices": []'];
/** In bytes, a failure in the middle of a stream. */
const ERROR = '"error":';
const DATA = 'data:';

export interface StreamRelayOptions {
  readonly client: CompletionWriter;
  readonly metered: MeteredCall;
  /** The usage was asked for by the gateway alone, and a client may stumble over a chunk without choices. */
  readonly dropUsage: boolean;
  /** Longest silence between two events. */
  readonly idleMs: number;
}

/**
 * Passes a provider's stream of chunks on, each as it comes. A piece is looked at, by two searches for bytes, and not
 * parsed unless it has what they look for.
 */
export class StreamRelay implements UpstreamReader {
  readonly takesEvents = true;
  private readonly whole = new CompleteEvents();
  private readonly tail = new StreamTail();
  private readonly flow: Backpressure;
  private saidAt = performance.now();

  constructor(private readonly options: StreamRelayOptions) {
    const { client } = options;
    this.flow = new Backpressure(client, async () => {
      await client.drained();
      this.saidAt = performance.now();
    });
  }

  start(_: unknown, flow: UpstreamFlow): void {
    this.flow.start(flow);
  }

  /** @throws UpstreamError that the provider put into its stream. */
  data(chunk: Buffer): void {
    const events = this.whole.push(chunk);
    if (events !== undefined) this.pass(events);
  }

  /** @throws UpstreamError for a stream that ended before the answer did. */
  end(): void {
    const rest = this.whole.rest();
    if (rest !== undefined) this.pass(rest);
    const { usage, hasEnd, hasFinish } = this.tail.read();
    if (usage !== undefined) this.options.metered.usage(usage);
    if (!hasEnd && !hasFinish) throw UpstreamError.cutOff();
    if (!hasEnd) this.options.client.write(END);
  }

  private pass(events: Buffer): void {
    if (!events.includes(DATA)) return this.passComment(events);
    this.saidAt = performance.now();
    this.tail.push(events);
    const isPlain = !events.includes(ERROR) && !this.mayTellUsage(events);
    if (isPlain) this.send(events);
    else for (const event of eventsIn(events)) this.passOne(event.data, event.bytes);
    if (endsStream(events)) this.flow.conclude();
  }

  /**
   * A provider that sends nothing but comments is as good as silent. One before the first event is dropped: it would
   * cost an error after it its status.
   */
  private passComment(comment: Buffer): void {
    const { client, idleMs } = this.options;
    if (performance.now() - this.saidAt > idleMs) throw UpstreamError.silent(idleMs / 1000);
    if (client.started) client.write(comment);
  }

  private mayTellUsage(events: Buffer): boolean {
    return this.options.dropUsage && NO_CHOICES.some((mark) => events.includes(mark));
  }

  private passOne(data: string, bytes: string): void {
    const chunk = parseJson(data);
    if (isObject(chunk)) {
      if (chunk.error != null) throw this.failureOf(chunk.error);
      const tellsUsage = isObject(chunk.usage) && Array.isArray(chunk.choices) && objectsOf(chunk.choices).length === 0;
      if (this.options.dropUsage && tellsUsage) return;
    }
    this.send(bytes);
  }

  private failureOf(error: unknown): UpstreamError {
    if (!this.options.client.started) return upstreamErrorTold(error);
    return upstreamErrorOf(isObject(error) ? error : { message: error });
  }

  private send(events: Buffer | string): void {
    const { client, metered } = this.options;
    metered.firstOutput();
    client.write(events);
    this.flow.check();
  }
}
