import type { IncomingHttpHeaders } from 'node:http';
import { UpstreamTimeouts } from '../../catalog/backend';
import { AmazonEvents } from '../../wire/amazon-events';
import { CompletionChunks } from '../../wire/completion-chunks';
import { coalesceDeltas, COMPLETION_CHUNKS } from '../../wire/delta-coalescing';
import { failureReason } from '../../wire/failure-reason';
import { MessageEvents } from '../../wire/message-events';
import { OtherEvents } from '../../wire/other-events';
import { chunksOfCompletion } from '../../wire/whole-to-chunks';
import { SseFrame, SseFrames } from '../../wire/sse-frames';
import { UpstreamError } from '../../wire/upstream.error';
import { UpstreamFlow, UpstreamReader } from './upstream-exchange';
import { upstreamPool, withMargin } from './upstream-pool';

const AMAZON_EVENTS = 'application/vnd.amazon.eventstream';
/** Bytes that wait for a reader before the provider is held up. */
const WAITING_BYTES = 64 * 1024;

/**
 * `fetch` over the connections that all calls share, as far as the AI SDK's providers use it: POSTs of texts or bytes.
 * Rejects with an UpstreamError where a provider's answer is an error, as well as where there is none.
 *
 * @param takesEvents whether nothing but streams is asked for.
 */
export function upstreamFetch(
  timeouts: UpstreamTimeouts,
  { takesEvents = false }: { takesEvents?: boolean } = {},
): typeof fetch {
  const limits = withMargin(timeouts);
  return async (input, { headers, body, signal } = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const answer = new AnswerStream(new URL(url).pathname, takesEvents);
    const call = { url, headers: Object.fromEntries(new Headers(headers)), body: [bytesOf(body)], timeouts: limits };
    upstreamPool
      .post(call, answer, signal ?? new AbortController().signal)
      .then(() => answer.end())
      .catch((error: unknown) => answer.fail(error));
    return answer.response;
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : '');
}

/**
 * Makes a Response of a provider's answer. A stream of completion chunks is brought into the form that the AI SDK reads, and
 * those that came together and say nothing but text are one: it takes some 0.3 ms for each.
 */
class AnswerStream implements UpstreamReader {
  private readonly begun = Promise.withResolvers<Response>();
  private readonly frames = new SseFrames();
  private stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  private flow: UpstreamFlow | undefined;
  /** Of a stream of completion chunks, and of one in another protocol. */
  private chunks: CompletionChunks | undefined;
  private others: OtherEvents | undefined;
  private amazon: AmazonEvents | undefined;
  private messages: MessageEvents | undefined;
  private canceled = false;
  private readonly isCompletion: boolean;

  constructor(
    private readonly path: string,
    readonly takesEvents: boolean,
  ) {
    this.isCompletion = path.endsWith('/chat/completions');
  }

  /** @throws UpstreamError when there is no answer, or an error. */
  get response(): Promise<Response> {
    return this.begun.promise;
  }

  start(headers: IncomingHttpHeaders, flow: UpstreamFlow): void {
    this.flow = flow;
    const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    if (this.isCompletion && isStream) this.chunks = new CompletionChunks({ isSdk: true });
    else if (this.takesEvents && isStream) this.others = new OtherEvents();
    else if (headers['content-type'] === AMAZON_EVENTS) this.amazon = new AmazonEvents();
    if (this.others !== undefined && this.path.endsWith('/messages')) this.messages = new MessageEvents();
    const body = new ReadableStream<Uint8Array>(
      {
        start: (stream) => void (this.stream = stream),
        pull: () => flow.resume(),
        cancel: () => this.cancel(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: WAITING_BYTES }),
    );
    const known = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    this.begun.resolve(new Response(body, { headers: known as [string, string][] }));
  }

  /** A whole completion is read as a stream of it. */
  readonly eventsOf = (json: string): Buffer | undefined => {
    const chunks = this.isCompletion ? chunksOfCompletion(json) : undefined;
    if (chunks !== undefined) this.chunks ??= new CompletionChunks({ isSdk: true });
    return chunks;
  };

  data(chunk: Buffer): void {
    if (this.chunks === undefined) {
      const frames = this.others === undefined ? [] : this.frames.push(chunk);
      for (const frame of frames) this.others?.push(frame);
      this.amazon?.push(chunk);
      this.enqueue(this.messages === undefined ? chunk : this.knownOf(this.messages, frames));
    } else {
      this.pass(this.chunks, this.frames.push(chunk));
      if (this.chunks.isDone) this.flow?.conclude();
    }
    if ((this.stream?.desiredSize ?? 1) <= 0) this.flow?.pause();
  }

  end(): void {
    if (this.canceled) return;
    if (this.chunks !== undefined) {
      this.pass(this.chunks, this.frames.takeLast());
      this.chunks.end();
    }
    if (this.messages !== undefined) this.enqueue(this.knownOf(this.messages, this.frames.takeLast()));
    this.stream?.close();
  }

  private knownOf(messages: MessageEvents, frames: readonly SseFrame[]): Buffer {
    return Buffer.concat(frames.flatMap((frame) => messages.push(frame)).map(({ bytes }) => bytes));
  }

  private pass(chunks: CompletionChunks, frames: readonly SseFrame[]): void {
    const ready: SseFrame[] = [];
    try {
      for (const frame of frames) ready.push(...chunks.push(frame));
    } finally {
      this.enqueue(Buffer.concat(coalesceDeltas(ready, COMPLETION_CHUNKS).map(({ bytes }) => bytes)));
    }
  }

  /** What came before a failure in a stream of chunks is still read; in other streams the reader is to see the failure. */
  fail(failure: unknown): void {
    const tokens = (this.chunks ?? this.others ?? this.amazon)?.usage;
    const error = failure instanceof UpstreamError ? failure.withTokens(failure.tokens ?? tokens) : failure;
    this.begun.reject(error);
    if (this.canceled) return;
    if (this.chunks === undefined || !(error instanceof UpstreamError)) return this.stream?.error(error);
    const choice = { index: 0, delta: {}, finish_reason: failureReason(error) };
    this.enqueue(Buffer.from(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`));
    this.stream?.close();
  }

  /** The reader has all that it wants. */
  private cancel(): void {
    this.canceled = true;
    this.flow?.conclude();
  }

  private enqueue(bytes: Buffer): void {
    if (bytes.length > 0 && !this.canceled) this.stream?.enqueue(bytes);
  }
}
