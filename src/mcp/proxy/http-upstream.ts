import { Dispatcher, request } from 'undici';
import { messageOf } from '../../common/domain.error';
import { SseFrames } from '../../gateway/wire/sse-frames';
import type { HostGuard } from '../net/host-guard';
import { HostRefusedError } from '../net/host-guard';
import type { McpScope } from '../catalog/mcp-server';
import { MAX_MESSAGE_BYTES, McpFailure, Message, parseMessage, SessionGoneError } from './json-rpc';
import { CallTerms, none, Upstream, UpstreamAnswer } from './upstream';

const ACCEPTED = 'application/json, text/event-stream';

/** The secret that calls carry. */
export interface Bearer {
  /** Undefined: none is needed. @param isRefused the one that it gave last was refused @throws McpFailure `sign_in_required` */
  token(isRefused: boolean, signal: AbortSignal): Promise<string | undefined>;
  /** Whether one that was refused may be exchanged for another. */
  readonly canRenew: boolean;
}

/** A server over streamable HTTP. */
export class HttpUpstream implements Upstream {
  constructor(
    private readonly url: URL,
    private readonly scope: McpScope,
    private readonly guard: HostGuard,
    private readonly bearer: Bearer,
  ) {}

  async post(message: Message, terms: CallTerms): Promise<UpstreamAnswer> {
    const answer = await this.send('POST', terms, JSON.stringify(message));
    const sessionId = headerOf(answer, 'mcp-session-id');
    const type = headerOf(answer, 'content-type') ?? '';
    if (message.id === undefined || message.method === undefined || answer.statusCode === 202) {
      await drain(answer);
      return { sessionId, messages: none(), isStream: false };
    }
    if (type.startsWith('text/event-stream')) return { sessionId, messages: framesOf(answer), isStream: true };
    return { sessionId, messages: wholeOf(answer), isStream: false };
  }

  async listen(terms: CallTerms): Promise<AsyncIterable<Message> | undefined> {
    const answer = await this.send('GET', terms).catch((error: unknown) => {
      if (error instanceof McpFailure && error.kind === 'refused') return undefined;
      throw error;
    });
    if (answer === undefined) return undefined;
    if (headerOf(answer, 'content-type')?.startsWith('text/event-stream')) return framesOf(answer);
    await drain(answer);
    return undefined;
  }

  async end(terms: CallTerms): Promise<void> {
    await this.send('DELETE', terms).then(drain, () => undefined);
  }

  close(): void {
    // It runs elsewhere.
  }

  private async send(method: 'GET' | 'POST' | 'DELETE', terms: CallTerms, body?: string): Promise<Answer> {
    for (let isRefused = false; ; isRefused = true) {
      const token = await this.bearer.token(isRefused, terms.signal);
      const answer = await this.sendOnce(method, terms, token, body);
      if (answer.statusCode < 300) return answer;
      await drain(answer);
      if (answer.statusCode !== 401 || isRefused || !this.bearer.canRenew)
        throw failureOf(answer.statusCode, terms, token);
    }
  }

  private async sendOnce(
    method: Dispatcher.HttpMethod,
    terms: CallTerms,
    token?: string,
    body?: string,
  ): Promise<Answer> {
    const { sessionId, protocolVersion, lastEventId, signal } = terms;
    const headers: Record<string, string> = {
      ...{ accept: method === 'GET' ? 'text/event-stream' : ACCEPTED, 'accept-encoding': 'identity' },
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(sessionId !== undefined && { 'mcp-session-id': sessionId }),
      ...(protocolVersion !== undefined && { 'mcp-protocol-version': protocolVersion }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    try {
      const dispatcher = this.guard.wayTo(this.url, this.scope);
      return await request(this.url, { method, headers, body, signal, dispatcher });
    } catch (error) {
      throw failureOfError(error, signal);
    }
  }
}

type Answer = Dispatcher.ResponseData;

const headerOf = ({ headers }: Answer, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** @param token that was sent */
function failureOf(status: number, { sessionId }: CallTerms, token: string | undefined): Error {
  if (status === 404 && sessionId !== undefined) return new SessionGoneError();
  if (status >= 300 && status < 400)
    return new McpFailure('not_allowed', 'answers with a redirect, which is not followed');
  if (status === 401 || status === 403) {
    const what = token === undefined ? 'wants to know who calls' : 'does not accept who calls';
    return new McpFailure('sign_in_required', `${what} (HTTP ${status})`);
  }
  return new McpFailure('refused', `answers with HTTP ${status}`);
}

/** The same failure, where it is one; what ended the call comes first. */
function failureOfError(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted && signal.reason instanceof McpFailure) return signal.reason;
  if (error instanceof McpFailure) return error;
  const refusal = [error, (error as { cause?: unknown }).cause].find((one) => one instanceof HostRefusedError);
  if (refusal !== undefined) return new McpFailure('not_allowed', `is not asked: ${messageOf(refusal)}`);
  const { code } = error as { code?: unknown };
  return new McpFailure('unreachable', `cannot be reached${typeof code === 'string' ? ` (${code})` : ''}`);
}

/** Of an answer that nobody reads: what comes behind the first of it costs the connection. */
async function drain({ body }: Answer): Promise<void> {
  await body.dump({ limit: 16 * 1024 }).catch(() => undefined);
}

async function* wholeOf({ body }: Answer): AsyncGenerator<Message> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(body)) {
    bytes += piece.length;
    if (bytes > MAX_MESSAGE_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  yield parseMessage(Buffer.concat(pieces).toString());
}

async function* framesOf({ body }: Answer): AsyncGenerator<Message> {
  const frames = new SseFrames();
  let waiting = 0;
  for await (const piece of piecesOf(body)) {
    const complete = frames.push(piece);
    waiting = complete.length === 0 ? waiting + piece.length : piece.length;
    if (waiting > MAX_MESSAGE_BYTES) throw tooLarge();
    for (const { bytes } of complete) yield* messageIn(bytes);
  }
  for (const { bytes } of frames.takeLast()) yield* messageIn(bytes);
}

async function* piecesOf(body: Answer['body']): AsyncGenerator<Buffer> {
  try {
    for await (const piece of body) yield piece as Buffer;
  } catch (error) {
    if (error instanceof McpFailure) throw error;
    throw new McpFailure('ended', 'broke off in the middle of an answer');
  } finally {
    body.destroy();
  }
}

function* messageIn(frame: Buffer): Generator<Message> {
  if (frame.length > MAX_MESSAGE_BYTES) throw tooLarge();
  const lines = frame.toString().split(/\r?\n/);
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).replace(/^ /, ''));
  const text = data.join('\n');
  if (text.trim() !== '') yield parseMessage(text);
}

const tooLarge = (): McpFailure =>
  new McpFailure('too_large', `sent more than ${MAX_MESSAGE_BYTES / 1024} KiB in one message`);
