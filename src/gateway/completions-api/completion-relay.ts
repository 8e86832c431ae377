import type { IncomingHttpHeaders } from 'node:http';
import { MeteredCall } from '../accounts/metered-call';
import { Deployment } from '../catalog/deployment';
import { completionFieldChanges } from '../providers/completion-fields';
import { OpenAiEndpoint } from '../providers/provider';
import { Dialect } from '../providers/translation/dialect';
import { dialectOf } from '../providers/translation/dialect-table';
import { Backpressure } from '../providers/upstream/backpressure';
import { isEncoded } from '../providers/upstream/content-decoder';
import { UpstreamFlow, UpstreamReader } from '../providers/upstream/upstream-exchange';
import { UpstreamPool } from '../providers/upstream/upstream-pool';
import { CALL_LIMITS } from '../wire/call-limits';
import { CompletionChunks } from '../wire/completion-chunks';
import { isObject, JsonObject, objectsOf, parseJson } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { SseFrame, SseFrames } from '../wire/sse-frames';
import { upstreamErrorInstead } from '../wire/upstream-failure';
import { UpstreamError } from '../wire/upstream.error';
import { chunksOfCompletion } from '../wire/whole-to-chunks';
import { CompletionRequest } from './completion-request';
import { CompletionWriter } from './completion-writer';
import { fittedFields } from './fitted-messages';
import { lastUsage } from './last-usage';
import { wholeCompletion } from './whole-completion';

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

/**
 * The client's bytes with the provider's name of the model, a stream with its usage, and the rest as the provider takes it.
 *
 * @throws OpenAiError 400 for a field that the provider does not have.
 */
function bodyFor({ model, backend: { type } }: Deployment, request: CompletionRequest): Buffer[] {
  const { bytes, body, spans, stream, includeUsage } = request;
  const dialect = dialectOf(type);
  const asksForUsage = stream && !includeUsage && dialect.fields.stream_options === undefined;
  const fields = {
    model,
    ...completionFieldChanges(type, body),
    ...(asksForUsage ? { stream_options: usageOptions(body.stream_options) } : {}),
    ...messagesFor(dialect, request),
  };
  return withFields(bytes, fields, spans);
}

/** A role in the bytes of a request; one in a text has a backslash before its quotes. */
const DEVELOPER = '"developer"';

/** The messages in the order and with the roles that the provider takes; nothing where they are so already. */
function messagesFor(dialect: Dialect, request: CompletionRequest): JsonObject {
  const fitted = fittedFields(request, dialect);
  const { developerRole: role } = dialect;
  if (role === 'developer' || !request.bytes.includes(DEVELOPER)) return fitted;
  const messages = objectsOf(fitted.messages ?? request.messages());
  const renamed = messages.map((message) => (message.role === 'developer' ? { ...message, role } : message));
  return { ...fitted, messages: renamed };
}

/** The `stream_options` that make a provider send the usage at the end, keeping what the client said. */
export const usageOptions = (given: unknown): JsonObject => ({
  ...(isObject(given) ? given : {}),
  include_usage: true,
});

const END = 'data: [DONE]\n\n';
const DATA = 'data:';

interface RelayOptions {
  readonly writer: CompletionWriter;
  readonly metered: MeteredCall;
}

interface StreamRelayOptions extends RelayOptions {
  /** The usage was asked for by the gateway alone, and a client may stumble over a chunk without choices. */
  readonly dropUsage: boolean;
  /** Longest silence between two events. */
  readonly idleMs: number;
}

/** Passes a provider's stream of chunks on, each as it comes, in the form that OpenAI documents. */
class StreamRelay implements UpstreamReader {
  readonly takesEvents = true;
  private readonly frames = new SseFrames();
  private readonly chunks: CompletionChunks;
  private readonly backpressure: Backpressure;
  private receivedAt = performance.now();

  constructor(private readonly options: StreamRelayOptions) {
    const { writer, dropUsage } = options;
    this.chunks = new CompletionChunks({ isSdk: false, dropsUsage: dropUsage });
    this.backpressure = new Backpressure(writer, async () => {
      await writer.drained();
      this.receivedAt = performance.now();
    });
  }

  readonly eventsOf = chunksOfCompletion;

  start(_: unknown, flow: UpstreamFlow): void {
    this.backpressure.start(flow);
  }

  /** @throws UpstreamError that the provider put into its stream. */
  data(chunk: Buffer): void {
    this.pass(this.frames.push(chunk));
    if (this.chunks.isDone) this.backpressure.conclude();
  }

  /** @throws UpstreamError for a stream that ended before the answer did. */
  end(): void {
    this.pass(this.frames.takeLast());
    this.chunks.end();
    if (!this.chunks.isDone) this.options.writer.write(END);
  }

  /** What came before a failure is passed on. */
  private pass(frames: readonly SseFrame[]): void {
    const passed: Buffer[] = [];
    try {
      for (const frame of frames) {
        if (frame.bytes.includes(DATA)) this.receivedAt = performance.now();
        else if (!this.takesComment()) continue;
        passed.push(...this.chunks.push(frame).map(({ bytes }) => bytes));
      }
    } finally {
      this.options.metered.usage(this.chunks.usage);
      this.send(passed);
    }
  }

  /**
   * A provider that sends nothing but comments is as good as silent. One before the first event is dropped: it would
   * cost an error after it its status.
   */
  private takesComment(): boolean {
    const { writer, idleMs } = this.options;
    if (performance.now() - this.receivedAt > idleMs) throw UpstreamError.silent(idleMs / 1000);
    return writer.outputSent;
  }

  private send(passed: readonly Buffer[]): void {
    if (passed.length === 0) return;
    this.options.writer.write(Buffer.concat(passed));
    this.backpressure.check();
  }
}

/** Where the usage stands: behind the choices, at the end. */
const TAIL_BYTES = 16 * 1024;

/** Longer answers are put together as they come. */
const LONG_BYTES = 1024 * 1024;

/** Takes in a provider's complete answer, which is passed on only when it is there to its end. */
class CompleteRelay implements UpstreamReader {
  private readonly chunks: Buffer[] = [];
  /** For an answer that says how long it is: its pieces, kept until its end, would be as much again to collect. */
  private whole: Buffer | undefined;
  private filled = 0;

  constructor(private readonly options: RelayOptions) {}

  start(headers: IncomingHttpHeaders): void {
    const length = Number(headers['content-length']);
    const isKnown = length > LONG_BYTES && length <= CALL_LIMITS.answer && !isEncoded(headers['content-encoding']);
    if (isKnown) this.whole = Buffer.allocUnsafeSlow(length);
  }

  data(chunk: Buffer): void {
    if (this.whole === undefined) this.chunks.push(chunk);
    else this.filled += chunk.copy(this.whole, this.filled);
  }

  /** @throws UpstreamError for an answer that is no completion. */
  end(): void {
    const { writer, metered } = this.options;
    const bytes = this.bytes();
    if (!bytes.includes('"choices"')) throw upstreamErrorInstead('chat completion', parseJson(bytes.toString()));
    metered.usage(lastUsage(bytes.toString('utf8', Math.max(0, bytes.length - TAIL_BYTES))) ?? usageOf(bytes));
    writer.sendComplete(wholeCompletion(bytes));
  }

  private bytes(): Buffer {
    if (this.whole !== undefined) return this.whole.subarray(0, this.filled);
    const [only] = this.chunks;
    return this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
  }
}

/** For a provider that sends the usage before a long answer. */
const usageOf = (bytes: Buffer): ReturnType<typeof lastUsage> =>
  bytes.length > TAIL_BYTES ? lastUsage(bytes.toString()) : undefined;
