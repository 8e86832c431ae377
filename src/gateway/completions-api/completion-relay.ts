import { MeteredCall } from '../accounts/metered-call';
import { Deployment } from '../catalog/deployment';
import { dialectOf } from '../providers/translation/dialect';
import { OpenAiEndpoint } from '../providers/provider';
import { Backpressure } from '../providers/upstream/backpressure';
import { UpstreamFlow, UpstreamReader } from '../providers/upstream/upstream-exchange';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { isObject, JsonObject, objectsOf, parseJson } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { upstreamErrorInBody, upstreamErrorInstead, upstreamErrorOf } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { CompletionRequest } from './completion-request';
import { CompletionWriter } from './completion-writer';
import { EventBoundaries, eventsIn } from './event-boundaries';
import { fittedFields } from './fitted-messages';
import { endsStream, lastUsage, StreamTail } from './stream-tail';

/** One completion on its way. */
export interface CompletionRun {
  readonly request: CompletionRequest;
  readonly writer: CompletionWriter;
  readonly metered: MeteredCall;
}

/**
 * Passes the answer of a provider with the chat completions API on, bytes in, bytes out: the chunks of a stream as they
 * come, a complete answer when it is there.
 *
 * @throws UpstreamError; what has been sent by then stays sent.
 */
export async function relayCompletion(
  pool: UpstreamPool,
  { url, headers }: OpenAiEndpoint,
  { request, writer, metered }: CompletionRun,
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  const { stream, includeUsage } = request;
  const { timeouts } = deployment;
  const relay = stream
    ? new StreamRelay({ writer, metered, dropUsage: !includeUsage, idleMs: timeouts.idleMs })
    : new CompleteRelay({ writer, metered });
  const accept = stream ? 'text/event-stream' : 'application/json';
  const call = { url, headers: { ...headers, accept }, body: bodyFor(deployment, request), timeouts };
  await pool.post(call, relay, signal);
  relay.end();
}

/** Types of providers that refuse `stream_options`; they send the usage of a stream unasked. */
const WITHOUT_STREAM_OPTIONS: ReadonlySet<string> = new Set(['mistral']);

/** The client's bytes with the provider's name of the model, its messages as that takes them, and a stream with its usage. */
function bodyFor({ model, backend }: Deployment, request: CompletionRequest): Buffer[] {
  const { bytes, body, spans, stream, includeUsage } = request;
  const changed = { model, ...fittedFields(request, dialectOf(backend.type)) };
  const { stream_options: given } = body;
  const refusesOptions = WITHOUT_STREAM_OPTIONS.has(backend.type);
  if (refusesOptions && given !== undefined) return withFields(bytes, { ...changed, stream_options: undefined }, spans);
  if (!stream || includeUsage || refusesOptions) return withFields(bytes, changed, spans);
  return withFields(bytes, { ...changed, stream_options: usageOptions(given) }, spans);
}

/** The `stream_options` that make a provider send the usage at the end, keeping what the client said. */
export const usageOptions = (given: unknown): JsonObject => ({
  ...(isObject(given) ? given : {}),
  include_usage: true,
});

const END = 'data: [DONE]\n\n';

/** What marks, in bytes, the chunk that holds nothing but the usage. */
const NO_CHOICES = ['"choices":[]', '"choices": []'];
/** In bytes, a failure in the middle of a stream. */
const ERROR = '"error":';
const DATA = 'data:';

export interface StreamRelayOptions {
  readonly writer: CompletionWriter;
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
class StreamRelay implements UpstreamReader {
  readonly takesEvents = true;
  private readonly boundaries = new EventBoundaries();
  private readonly tail = new StreamTail();
  private readonly backpressure: Backpressure;
  private receivedAt = performance.now();

  constructor(private readonly options: StreamRelayOptions) {
    const { writer } = options;
    this.backpressure = new Backpressure(writer, async () => {
      await writer.drained();
      this.receivedAt = performance.now();
    });
  }

  start(_: unknown, flow: UpstreamFlow): void {
    this.backpressure.start(flow);
  }

  /** @throws UpstreamError that the provider put into its stream. */
  data(chunk: Buffer): void {
    const events = this.boundaries.push(chunk);
    if (events !== undefined) this.pass(events);
  }

  /** @throws UpstreamError for a stream that ended before the answer did. */
  end(): void {
    const rest = this.boundaries.rest();
    if (rest !== undefined) this.pass(rest);
    const { usage, hasEnd, hasFinish } = this.tail.read();
    this.options.metered.usage(usage);
    if (!hasEnd && !hasFinish) throw UpstreamError.cutOff();
    if (!hasEnd) this.options.writer.write(END);
  }

  private pass(events: Buffer): void {
    if (!events.includes(DATA)) return this.passComment(events);
    this.receivedAt = performance.now();
    this.tail.push(events);
    const isPlain = !events.includes(ERROR) && !this.mayBeUsage(events);
    if (isPlain) this.send(events);
    else for (const event of eventsIn(events)) this.passOne(event.data, event.bytes);
    if (endsStream(events)) this.backpressure.conclude();
  }

  /**
   * A provider that sends nothing but comments is as good as silent. One before the first event is dropped: it would
   * cost an error after it its status.
   */
  private passComment(comment: Buffer): void {
    const { writer, idleMs } = this.options;
    if (performance.now() - this.receivedAt > idleMs) throw UpstreamError.silent(idleMs / 1000);
    if (writer.started) writer.write(comment);
  }

  private mayBeUsage(events: Buffer): boolean {
    return this.options.dropUsage && NO_CHOICES.some((mark) => events.includes(mark));
  }

  private passOne(data: string, bytes: string): void {
    const chunk = parseJson(data);
    if (isObject(chunk)) {
      if (chunk.error != null) throw this.failureOf(chunk.error);
      const isUsage = isObject(chunk.usage) && Array.isArray(chunk.choices) && objectsOf(chunk.choices).length === 0;
      if (this.options.dropUsage && isUsage) return;
    }
    this.send(bytes);
  }

  private failureOf(error: unknown): UpstreamError {
    if (!this.options.writer.started) return upstreamErrorInBody(error);
    return upstreamErrorOf(isObject(error) ? error : { message: error });
  }

  private send(events: Buffer | string): void {
    this.options.writer.write(events);
    this.backpressure.check();
  }
}

/** Longest completion, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Where the usage stands: behind the choices, at the end. */
const TAIL_BYTES = 16 * 1024;

/** Takes in a provider's complete answer, which is passed on only when it is there to its end. */
class CompleteRelay implements UpstreamReader {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly options: { readonly writer: CompletionWriter; readonly metered: MeteredCall }) {}

  start(): void {}

  /** @throws UpstreamError for an answer that is too long. */
  data(chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > MAX_BYTES) throw new UpstreamError('upstream_error', 'sent an answer without an end');
    this.chunks.push(chunk);
  }

  /** @throws UpstreamError for an answer that is no completion. */
  end(): void {
    const { writer, metered } = this.options;
    const [only] = this.chunks;
    const bytes = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
    if (!bytes.includes('"choices"')) throw upstreamErrorInstead('chat completion', parseJson(bytes.toString()));
    metered.usage(lastUsage(bytes.toString('utf8', Math.max(0, bytes.length - TAIL_BYTES))) ?? usageOf(bytes));
    writer.sendComplete(bytes);
  }
}

/** For a provider that sends the usage before a long answer. */
const usageOf = (bytes: Buffer): ReturnType<typeof lastUsage> =>
  bytes.length > TAIL_BYTES ? lastUsage(bytes.toString()) : undefined;
