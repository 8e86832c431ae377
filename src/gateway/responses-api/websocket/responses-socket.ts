import type { WebSocket } from 'ws';
import { isObject, JsonObject, parseJson, textOf, without } from '../../wire/json';
import { OpenAiError } from '../../wire/openai.error';
import { ResponseMemory } from '../stored/response-memory';
import { SocketRequests } from './socket-requests';
import { SocketTransport } from './socket-transport';

/** Requests that may wait behind the one that runs. */
const MAX_WAITING = 16;
/** Fields that belong to HTTP. */
const HTTP_ONLY = ['stream', 'stream_options', 'background'] as const;

export interface SocketLimits {
  /** Milliseconds after which a connection takes no more requests. */
  readonly lifetimeMs: number;
}

/**
 * One WebSocket connection of the Responses API: takes `response.create` messages and answers them one after the
 * other. What it remembers of its own responses, stored or not, ends with it.
 */
export class ResponsesSocket {
  private readonly memory = new ResponseMemory();
  private readonly gone = new AbortController();
  private readonly waiting: JsonObject[] = [];
  private isRunning = false;
  private readonly expiry: NodeJS.Timeout;
  private isExpired = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly requests: SocketRequests,
    limits: SocketLimits,
  ) {
    this.expiry = setTimeout(() => this.expire(), limits.lifetimeMs).unref();
    socket.on('message', (data: Buffer, isBinary: boolean) => this.receive(isBinary ? '' : data.toString()));
    socket.once('close', () => {
      clearTimeout(this.expiry);
      this.waiting.length = 0;
      this.gone.abort();
    });
    // `ws` closes the socket itself; without a listener the error would end the process.
    socket.on('error', () => undefined);
  }

  private receive(text: string): void {
    const message = parseJson(text);
    if (!isObject(message)) return this.refuse({}, invalid('A message must be a JSON object, sent as text.'));
    if (message.type !== 'response.create') {
      return this.refuse(message, invalid('The "type" of a message must be "response.create".', 'type'));
    }
    const httpOnly = HTTP_ONLY.find((name) => message[name] !== undefined);
    if (httpOnly !== undefined) {
      return this.refuse(message, invalid(`"${httpOnly}" is not taken over a WebSocket.`, httpOnly));
    }
    if (this.isExpired) return this.refuse(message, tooOld());
    if (this.waiting.length >= MAX_WAITING) return this.refuse(message, tooMany());
    this.waiting.push(message);
    if (!this.isRunning) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
      await this.answer(message);
    }
    this.isRunning = false;
    if (this.isExpired) this.socket.close(1000, 'connection limit reached');
  }

  private async answer(message: JsonObject): Promise<void> {
    const body = without(message, 'type', 'stream_id');
    const transport = new SocketTransport(this.socket, this.gone.signal, laneOf(message.stream_id));
    const previousId = textOf(body.previous_response_id);
    try {
      const isAnswered = await this.requests.answer(body, this.memory, transport);
      if (!isAnswered && previousId !== undefined) this.memory.forget(previousId);
    } catch (error) {
      if (previousId !== undefined) this.memory.forget(previousId);
      this.refuse(message, this.requests.asOpenAiError(error));
    }
  }

  /** A failure before the first event, https://www.openresponses.org/reference, WebSocketErrorEvent. */
  private refuse({ stream_id }: JsonObject, { status, body, retryAfterSeconds }: OpenAiError): void {
    if (this.gone.signal.aborted) return;
    const headers = retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } };
    const error = { ...body.error, ...headers };
    this.socket.send(JSON.stringify({ type: 'error', status, error, ...laneOf(stream_id) }));
  }

  /** What runs and waits is still answered. */
  private expire(): void {
    this.isExpired = true;
    this.refuse({}, tooOld());
    if (!this.isRunning) this.socket.close(1000, 'connection limit reached');
  }
}

/** The lane that a client names is repeated in each of its events. */
const laneOf = (streamId: unknown): JsonObject => (typeof streamId === 'string' ? { stream_id: streamId } : {});

const invalid = (message: string, param: string | null = null): OpenAiError =>
  new OpenAiError(400, 'invalid_request', message, param);
const tooMany = (): OpenAiError =>
  new OpenAiError(429, 'websocket_queue_full', `At most ${MAX_WAITING} requests may wait on one connection.`);
const tooOld = (): OpenAiError =>
  new OpenAiError(
    400,
    'websocket_connection_limit_reached',
    'This connection has reached its longest time. Open a new one to go on.',
  );
