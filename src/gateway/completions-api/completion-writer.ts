import { ClientStream } from '../wire/http/client-stream';
import { OpenAiError } from '../wire/openai.error';

/** The client of one chat completion. Its first bytes are the answer's: before them an error has a status of its own. */
export class CompletionWriter extends ClientStream {
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
