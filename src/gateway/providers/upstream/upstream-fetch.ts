import type { IncomingHttpHeaders } from 'node:http';
import { UpstreamTimeouts } from '../../catalog/backend';
import { coalesceDeltas, COMPLETION_CHUNKS } from '../../wire/delta-coalescing';
import { isDone, SseFrames } from '../../wire/sse-frames';
import { UpstreamFlow, UpstreamReader } from './upstream-exchange';
import { upstreamPool, withMargin } from './upstream-pool';

/** Bytes that wait for a reader before the provider is held up. */
const WAITING_BYTES = 64 * 1024;

/**
 * `fetch` over the connections that all calls share, as far as the AI SDK's providers use it: POSTs of texts or bytes.
 * Rejects with an UpstreamError where a provider's answer is an error, as well as where there is none.
 *
 * @param takesEvents whether nothing but streams is asked for.
 */
export function upstreamFetch(timeouts: UpstreamTimeouts, { takesEvents = false } = {}): typeof fetch {
  const limits = withMargin(timeouts);
  return async (input, { headers, body, signal } = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const answer = new AnswerStream(isCompletion(url), takesEvents);
    const call = { url, headers: Object.fromEntries(new Headers(headers)), body: [bytesOf(body)], timeouts: limits };
    upstreamPool.post(call, answer, signal ?? new AbortController().signal).then(
      () => answer.end(),
      (error: unknown) => answer.fail(error),
    );
    return answer.response;
  };
}

const isCompletion = (url: string): boolean => new URL(url).pathname.endsWith('/chat/completions');

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : '');
}

/**
 * Makes a Response of a provider's answer. In a stream of completion chunks those that came together and say nothing but text
 * are one: the AI SDK takes some 0.3 ms for each.
 */
class AnswerStream implements UpstreamReader {
  private readonly begun = Promise.withResolvers<Response>();
  private readonly frames = new SseFrames();
  private stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  private flow: UpstreamFlow | undefined;
  private coalesces = false;
  private canceled = false;

  constructor(
    private readonly isCompletion: boolean,
    readonly takesEvents: boolean,
  ) {}

  /** @throws UpstreamError when there is no answer, or an error. */
  get response(): Promise<Response> {
    return this.begun.promise;
  }

  start(headers: IncomingHttpHeaders, flow: UpstreamFlow): void {
    this.flow = flow;
    this.coalesces = this.isCompletion && headers['content-type']?.startsWith('text/event-stream') === true;
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

  data(chunk: Buffer): void {
    if (!this.coalesces) this.enqueue(chunk);
    else {
      const frames = coalesceDeltas(this.frames.push(chunk), COMPLETION_CHUNKS);
      this.enqueue(Buffer.concat(frames.map(({ bytes }) => bytes)));
      if (frames.some(isDone)) this.flow?.conclude();
    }
    if ((this.stream?.desiredSize ?? 1) <= 0) this.flow?.pause();
  }

  end(): void {
    this.enqueue(this.frames.takeRest());
    if (!this.canceled) this.stream?.close();
  }

  /** What came before stays readable no longer: the reader is to see the failure. */
  fail(error: unknown): void {
    this.begun.reject(error);
    this.stream?.error(error);
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
