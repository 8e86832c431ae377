import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import { UpstreamTimeouts } from '../../catalog/backend';
import { parseJson } from '../../wire/json';
import { upstreamErrorInstead, upstreamErrorOf, upstreamErrorOfHttp } from '../../wire/upstream-failure';
import { UpstreamError } from '../../wire/upstream.error';
import { CALL_LIMITS } from '../../wire/call-limits';
import { AnswerLimits } from './answer-limits';
import { ContentDecoder, isEncoded } from './content-decoder';

/** Takes in the answer of a provider. What its methods throw ends the exchange with that error. */
export interface UpstreamReader {
  /** Whether it wants a stream of events; JSON or a page instead ends the exchange with the error in it. */
  readonly takesEvents?: boolean;
  /** The events that say the same as a whole answer, which some servers give to a request for a stream; undefined for no answer. */
  readonly eventsOf?: (json: string) => Buffer | undefined;
  /** The answer begins; its status is below 300. */
  start(headers: IncomingHttpHeaders, flow: UpstreamFlow): void;
  data(chunk: Buffer): void;
}

/** An answer on its way. */
export interface UpstreamFlow {
  /** Holds it up for a slow client. */
  pause(): void;
  resume(): void;
  /**
   * Takes it for complete, whatever becomes of its connection. Providers end their streams when all has been said, but some
   * do so late, by a break, or never.
   */
  conclude(): void;
}

/** How long the end of an answer that was taken for complete may take, so that its connection can be used again. */
const CLOSING_MS = 1_000;

/** The first byte of JSON or of a page, which no stream of events has. */
const NO_STREAM = new Set(Buffer.from('{[<'));
const SPACES = new Set(Buffer.from(' \t\r\n'));

/** One request to a provider and its answer, as undici reports them. */
export class UpstreamExchange implements Dispatcher.DispatchHandler, UpstreamFlow {
  private controller: Dispatcher.DispatchController | undefined;
  private head: AnswerHead | undefined;
  private limits = new AnswerLimits(false);
  private hasBody = false;
  private failure: ErrorAnswer | undefined;
  /** An answer that is no stream where one was asked for: a whole one, or an error. */
  private whole: ErrorAnswer | undefined;
  private settled = false;
  private closing: NodeJS.Timeout | undefined;
  /** Of an answer that is compressed. */
  private decoder: ContentDecoder | undefined;
  private paused = false;

  /** @param done called once */
  constructor(
    private readonly reader: UpstreamReader,
    private readonly timeouts: UpstreamTimeouts,
    private readonly signal: AbortSignal,
    private readonly done: (error?: Error) => void,
  ) {
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.signal.aborted || this.settled) this.onAbort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
    statusText = '',
  ): void {
    if (status < 200) return;
    this.head = { status, statusText, headers };
    const encoding = headers['content-encoding'];
    if (isEncoded(encoding)) this.decoder = this.decoderOf(encoding);
    if (status >= 300) this.failure = new ErrorAnswer(this.head);
    else this.begin(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    if (this.decoder === undefined) this.read(chunk);
    else if (!this.decoder.write(chunk)) controller.pause();
  }

  private read(chunk: Buffer): void {
    if (this.settled) return;
    this.lookAtBeginning(chunk);
    const reader = this.whole ?? this.failure ?? this.reader;
    this.attempt(() => {
      this.limits.check(chunk);
      reader.data(chunk);
    });
  }

  onResponseEnd(): void {
    clearTimeout(this.closing);
    if (this.decoder === undefined || this.settled) this.complete();
    else this.decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    clearTimeout(this.closing);
    this.settle(this.failure?.byStatus ?? this.errorOf(error));
  }

  pause(): void {
    if (this.settled) return;
    this.paused = true;
    this.decoder?.pause();
    this.controller?.pause();
  }

  resume(): void {
    this.paused = false;
    this.decoder?.resume();
    this.controller?.resume();
  }

  conclude(): void {
    if (this.settled) return;
    this.settle();
    this.resume();
    this.closing = setTimeout(() => this.controller?.abort(new Error('the stream does not end')), CLOSING_MS).unref();
  }

  private begin(headers: IncomingHttpHeaders): void {
    this.limits = new AnswerLimits(headers['content-type']?.startsWith('text/event-stream') === true);
    this.attempt(() => this.reader.start(headers, this));
  }

  private readonly onAbort = (): void => {
    const reason: unknown = this.signal.reason;
    const left = (): Error => Object.assign(new Error('the client left'), { name: 'AbortError' });
    const error = reason instanceof UpstreamError ? reason : left();
    this.settle(error);
    this.controller?.abort(error);
  };

  private attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      const failure = upstreamErrorOf(error);
      this.settle(failure);
      this.controller?.abort(failure);
    }
  }

  private decoderOf(encoding: string): ContentDecoder {
    const answer = {
      data: (chunk: Buffer) => this.read(chunk),
      end: () => this.complete(),
      failed: (cause: Error) => {
        const failure = this.failure?.byStatus ?? undecodable(cause);
        this.settle(failure);
        this.controller?.abort(failure);
      },
    };
    return new ContentDecoder(encoding, answer, () => {
      if (!this.paused) this.controller?.resume();
    });
  }

  /** The answer has been read to its end. */
  private complete(): void {
    const events = this.whole && this.reader.eventsOf?.(this.whole.json);
    if (events === undefined) return this.settle(this.whole?.error ?? this.failure?.error);
    this.attempt(() => this.reader.data(events));
    this.settle();
  }

  private settle(error?: Error): void {
    if (this.settled) return;
    this.settled = true;
    this.decoder?.destroy();
    this.signal.removeEventListener('abort', this.onAbort);
    this.done(error);
  }

  /** The first byte of the answer decides whether it is a stream, whatever its headers say. */
  private lookAtBeginning(chunk: Buffer): void {
    if (this.hasBody || !this.reader.takesEvents || this.head === undefined || this.failure !== undefined) return;
    const first = chunk.find((byte) => !SPACES.has(byte));
    this.hasBody = first !== undefined;
    if (first !== undefined && NO_STREAM.has(first)) this.whole = new ErrorAnswer(this.head, CALL_LIMITS.event);
  }

  private errorOf(error: Error): UpstreamError {
    const seconds = (ms: number): number => Math.round(ms / 100) / 10;
    if (error instanceof errors.HeadersTimeoutError) return UpstreamError.silent(seconds(this.timeouts.firstByteMs));
    if (error instanceof errors.BodyTimeoutError) return UpstreamError.silent(seconds(this.timeouts.idleMs));
    return this.head !== undefined ? UpstreamError.cutOff({ cause: error }) : upstreamErrorOf(error);
  }
}

/** `Z_BUF_ERROR`: what has come is right, and not all. */
const undecodable = (cause: Error & { readonly code?: string }): UpstreamError =>
  cause.code === 'Z_BUF_ERROR'
    ? UpstreamError.cutOff({ cause })
    : new UpstreamError('upstream_error', `sent an answer that cannot be decompressed: ${cause.message}`, { cause });

/** Longest error answer that is read, in bytes. */
const MAX_BYTES = 64 * 1024;

/** What a provider says before the body of its answer. */
export interface AnswerHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
}

/** An answer that is an error, by its status or because it is no stream of events where one was asked for. */
export class ErrorAnswer {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly head: AnswerHead,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  get json(): string {
    return Buffer.concat(this.chunks).toString();
  }

  /** @throws UpstreamError, the one in it, when it is longer than it needs to be. */
  data(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) throw this.error;
    this.chunks.push(chunk);
  }

  /** The error, in the words of the provider. */
  get error(): UpstreamError {
    const { status, statusText, headers } = this.head;
    const body = this.json;
    if (status < 300) return upstreamErrorInstead('stream of events', parseJson(body));
    return upstreamErrorOfHttp({ status, statusText, header: (name) => headers[name]?.toString(), body });
  }

  /** The error of an answer that broke off; undefined where the status is none. */
  get byStatus(): UpstreamError | undefined {
    const { status, statusText } = this.head;
    if (status < 300) return undefined;
    return upstreamErrorOfHttp({ status, statusText, header: () => undefined, body: '' });
  }
}
