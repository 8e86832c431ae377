import type { Client } from './generated/client/index.js';
import type { EventDto } from './generated/types.gen.js';
import { relayError, RelayError } from './relay-error.js';
import { readServerSentEvents } from './server-sent-events.js';

/** One entry of a chat's log; its `type` says what its `data` is. */
export type ChatEvent = EventDto;

export interface ChatEventsOptions {
  /** Number of the last event that is there already; left out: all of the log comes first. */
  readonly after?: number;
  /** Ends the events, without an error. */
  readonly signal?: AbortSignal;
  /** Silence after which a connection counts as dead, in milliseconds; the service says something every 15 s. */
  readonly silenceMs?: number;
  /** The longest wait before the next attempt, in milliseconds. */
  readonly maxWaitMs?: number;
  /** Called when a connection is lost, or could not be made, with when the next attempt is. */
  readonly onRetry?: (retry: { readonly waitMs: number; readonly reason: unknown }) => void;
}

const FIRST_WAIT_MS = 250;
/** What passes by itself; other refusals do not. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * The events of a chat, each once and in order, over as many connections as it takes: what came while there was none is made up
 * for. They come as fast as they are taken.
 *
 * @example for await (const event of new ChatEvents(client, chatId)) console.log(event.seq, event.type);
 */
export class ChatEvents implements AsyncIterable<ChatEvent> {
  private last: number;

  /** @param client of `createClient`: its address, its `auth` and its `fetch` are used */
  constructor(
    private readonly client: Client,
    private readonly chatId: string,
    private readonly options: ChatEventsOptions = {},
  ) {
    this.last = options.after ?? 0;
  }

  /** Number of the last event that was handed out: where another one goes on (`after`). */
  get lastSeq(): number {
    return this.last;
  }

  /**
   * Ends with `signal` alone.
   *
   * @throws RelayError where the service refuses for good: `chat_not_found` when the chat is deleted or may not be seen any more,
   * `session_expired` or `signed_out` when the caller may call no more
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent, void, undefined> {
    const { signal, maxWaitMs = 30_000, onRetry } = this.options;
    for (let failures = 0; !signal?.aborted;) {
      const before = this.last;
      let reason: unknown;
      let leastMs = 0;
      try {
        yield* this.connection();
      } catch (error) {
        if (error instanceof RelayError && !PASSING.has(error.status)) throw error;
        if (error instanceof Refusal) leastMs = error.retryAfterMs;
        reason = error instanceof Refusal ? error.cause : error;
      }
      if (signal?.aborted) return;
      failures = this.last > before ? 0 : failures + 1;
      const waitMs = Math.max(leastMs, Math.min(maxWaitMs, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2));
      onRetry?.({ waitMs, reason });
      await wait(waitMs, signal);
    }
  }

  /** The events of one turn up to its `turn.completed`, with those before it that are still to come left out. */
  async *turn(turnId: string): AsyncGenerator<ChatEvent, void, undefined> {
    for await (const event of this) {
      if (event.turnId !== turnId) continue;
      yield event;
      if (event.type === 'turn.completed') return;
    }
  }

  private async *connection(): AsyncGenerator<ChatEvent, void, undefined> {
    const { signal, silenceMs = 45_000 } = this.options;
    const end = new AbortController();
    const abort = (): void => end.abort();
    signal?.addEventListener('abort', abort, { once: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => end.abort(new Error(`nothing has come for ${silenceMs} ms`)), silenceMs);
    };
    try {
      heard();
      const stream = await this.open(end.signal);
      for await (const { event, data } of readServerSentEvents(stream, heard)) {
        if (event === 'session.ended') throw relayError(0, JSON.parse(data));
        const parsed = JSON.parse(data) as ChatEvent;
        if (parsed.seq <= this.last) continue;
        if (end.signal.aborted) return;
        // While it is worked on there is no silence.
        clearTimeout(timer);
        this.last = parsed.seq;
        yield parsed;
        heard();
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      end.abort();
    }
  }

  private async open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { data, error, response } = await this.client.get<ReadableStream<Uint8Array>, unknown, false>({
      url: '/api/v1/chats/{id}/events',
      path: { id: this.chatId },
      query: { after: this.last },
      headers: { Accept: 'text/event-stream' },
      security: [{ scheme: 'bearer', type: 'http' }],
      ...{ parseAs: 'stream', responseStyle: 'fields', throwOnError: false, cache: 'no-store', signal },
    });
    if (response === undefined) throw error;
    if (response.ok && data) return data;
    const refused = relayError(response.status, error);
    if (!PASSING.has(response.status)) throw refused;
    throw new Refusal(refused, retryAfterMs(response.headers.get('Retry-After')));
  }
}

/** One that passes. */
class Refusal extends Error {
  constructor(
    override readonly cause: RelayError,
    readonly retryAfterMs: number,
  ) {
    super(cause.message);
  }
}

function retryAfterMs(header: string | null): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) * 1_000 : 0;
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
