import type { ServerResponse } from 'node:http';
import { ClientStream } from '../wire/http/client-stream';
import { OpenAiError } from '../wire/openai.error';

/**
 * The answer to one completion as its client takes it. Its first bytes are the answer's, or a sign of life after a long silence:
 * before them an error has a status of its own.
 */
export class CompletionWriter extends ClientStream {
  private hasOutput = false;
  private hasSentOutput = false;
  private sentAt = performance.now();

  constructor(
    response: ServerResponse,
    private readonly onFirstOutput: () => void,
  ) {
    super(response);
  }

  /** Whether the client has been sent something that another attempt would send again. */
  get outputSent(): boolean {
    return this.hasSentOutput;
  }

  /** When the client was last sent anything, on the monotonic clock. */
  get lastSentAtMs(): number {
    return this.sentAt;
  }

  /** A sign of life that is no event: another attempt, and a failure as the first event, stay possible. */
  keepAlive(): void {
    super.write(': keep-alive\n\n');
  }

  /** The provider has begun its answer, whether or not the client has any of it. */
  noteOutput(): void {
    if (this.hasOutput) return;
    this.hasOutput = true;
    this.onFirstOutput();
  }

  override write(events: string | Uint8Array): void {
    this.noteOutput();
    this.hasSentOutput = true;
    this.sentAt = performance.now();
    super.write(events);
  }

  /** Sends a complete answer, as JSON. */
  sendComplete(json: Uint8Array | string): void {
    this.noteOutput();
    this.hasSentOutput = true;
    if (this.closed.aborted) return;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
    this.response.writeHead(200, headers).end(json);
  }

  /** Before the first chunk a status and a body, after it a last chunk, which OpenAI's own clients throw. */
  sendError(error: OpenAiError): void {
    const json = JSON.stringify(error.body);
    if (this.started) return void this.response.end(`data: ${json}\n\n`);
    const length = Buffer.byteLength(json);
    const headers = { ...error.headers, 'content-type': 'application/json; charset=utf-8', 'content-length': length };
    this.response.writeHead(error.status, headers).end(json);
  }
}
