import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import { UpstreamTimeouts } from '../backends/backend';
import { upstreamErrorOf, upstreamErrorOfHttp } from '../errors/upstream-failure';
import { UpstreamError } from '../errors/upstream.error';

/** Takes in the answer of a provider. What its methods throw ends the exchange with that error. */
export interface UpstreamReader {
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
   * Takes it for whole, whatever becomes of its connection. Providers end their streams when all has been said, but some
   * do so late, by a break, or never.
   */
  conclude(): void;
}

/** Longest error answer that is read, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/** How long the end of an answer that was taken for whole may take, so that its connection can be used again. */
const CLOSING_MS = 1_000;

/** One request to a provider and its answer, as undici reports them. */
export class UpstreamExchange implements Dispatcher.DispatchHandler, UpstreamFlow {
  private controller: Dispatcher.DispatchController | undefined;
  private failure: { status: number; statusText: string; headers: IncomingHttpHeaders } | undefined;
  private readonly errorChunks: Buffer[] = [];
  private errorBytes = 0;
  private started = false;
  private settled = false;
  private closing: NodeJS.Timeout | undefined;

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
    this.started = true;
    if (status >= 300) this.failure = { status, statusText, headers };
    else this.attempt(() => this.reader.start(headers, this));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.settled) return;
    if (this.failure === undefined) return this.attempt(() => this.reader.data(chunk));
    this.errorBytes += chunk.length;
    if (this.errorBytes <= MAX_ERROR_BYTES) this.errorChunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.closing);
    if (this.failure === undefined) return this.settle();
    const { status, statusText, headers } = this.failure;
    const header = (name: string): string | undefined => headers[name]?.toString();
    const body = Buffer.concat(this.errorChunks).toString();
    this.settle(upstreamErrorOfHttp({ status, statusText, header, body }));
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    clearTimeout(this.closing);
    this.settle(this.failure === undefined ? this.errorOf(error) : this.brokenErrorAnswer());
  }

  pause(): void {
    if (!this.settled) this.controller?.pause();
  }

  resume(): void {
    this.controller?.resume();
  }

  conclude(): void {
    if (this.settled) return;
    this.settle();
    this.resume();
    this.closing = setTimeout(() => this.controller?.abort(new Error('the stream does not end')), CLOSING_MS).unref();
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

  private settle(error?: Error): void {
    if (this.settled) return;
    this.settled = true;
    this.signal.removeEventListener('abort', this.onAbort);
    this.done(error);
  }

  private brokenErrorAnswer(): UpstreamError {
    const { status, statusText } = this.failure ?? { status: 502, statusText: '' };
    return upstreamErrorOfHttp({ status, statusText, header: () => undefined, body: '' });
  }

  private errorOf(error: Error): UpstreamError {
    const seconds = (ms: number): number => Math.round(ms / 100) / 10;
    if (error instanceof errors.HeadersTimeoutError) return UpstreamError.silent(seconds(this.timeouts.firstByteMs));
    if (error instanceof errors.BodyTimeoutError) return UpstreamError.silent(seconds(this.timeouts.idleMs));
    return this.started ? UpstreamError.cutOff({ cause: error }) : upstreamErrorOf(error);
  }
}
