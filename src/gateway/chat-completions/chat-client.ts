import type { ServerResponse } from 'node:http';
import { endStream, taken } from '../../common/slow-reader';
import { OpenAiError } from '../errors/openai.error';

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};

/** The client of one chat completion. Its first bytes are the answer's: before them an error has a status of its own. */
export class ChatClient {
  private readonly gone = new AbortController();

  constructor(private readonly response: ServerResponse) {
    response.once('close', () => {
      if (!response.writableFinished) this.gone.abort();
    });
  }

  /** Aborted when the client has left before the end. */
  get closed(): AbortSignal {
    return this.gone.signal;
  }

  /** Whether anything has been sent. */
  get started(): boolean {
    return this.response.headersSent;
  }

  get congested(): boolean {
    return this.response.writableNeedDrain && !this.closed.aborted;
  }

  /** Sends server-sent events at once. */
  write(events: string | Uint8Array): void {
    if (this.closed.aborted) return;
    if (!this.started) this.response.writeHead(200, STREAM_HEADERS);
    this.response.write(events);
  }

  /** Resolves when a slow client has taken what was sent, or has left; one that does not read is cut off. */
  async drained(): Promise<void> {
    if (this.congested) await taken(this.response);
  }

  end(): void {
    endStream(this.response);
  }

  /** Sends a whole completion, as JSON. */
  sendWhole(json: Uint8Array | string): void {
    if (this.closed.aborted) return;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
    this.response.writeHead(200, headers).end(json);
  }

  /** Before the first chunk a status and a body, after it a last chunk, which OpenAI's own clients throw. */
  sendError(error: OpenAiError): void {
    const json = JSON.stringify(error.body);
    if (this.started) return void this.response.end(`data: ${json}\n\n`);
    if (error.retryAfterSeconds !== undefined) this.response.setHeader('retry-after', error.retryAfterSeconds);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(json) };
    this.response.writeHead(error.status, headers).end(json);
  }
}
