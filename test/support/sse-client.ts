import { createParser } from 'eventsource-parser';
import type { ChatEvent } from '../../src/chat/event-log/chat-event';
import { EventRecord } from './event-record';

/** A reader of an event stream that records what it receives. */
export class SseClient extends EventRecord {
  /** The `id:` fields, which a browser sends back as Last-Event-ID. */
  readonly ids: string[] = [];
  /** Resolves when the server has ended the stream or it was cut. */
  readonly ended: Promise<void>;
  private readonly abortion = new AbortController();

  private constructor(
    url: string,
    init: RequestInit,
    private readonly opened: PromiseWithResolvers<Response>,
  ) {
    super();
    this.ended = this.read(url, init).catch((error: unknown) => opened.reject(error));
  }

  /** Resolves once the server has answered with a stream. */
  static async open(url: string, init: RequestInit = {}): Promise<SseClient> {
    const opened = Promise.withResolvers<Response>();
    const client = new SseClient(url, init, opened);
    const response = await opened.promise;
    if (response.status !== 200) throw new Error(`the stream was answered with ${response.status}`);
    return client;
  }

  /** Hangs up. */
  async close(): Promise<void> {
    this.abortion.abort();
    await this.ended;
  }

  private async read(url: string, init: RequestInit): Promise<void> {
    const headers = { ...(init.headers as Record<string, string> | undefined), accept: 'text/event-stream' };
    const response = await fetch(url, { ...init, headers, signal: this.abortion.signal });
    this.opened.resolve(response);
    const parser = createParser({
      onEvent: ({ id, data }) => {
        this.ids.push(id ?? '');
        this.add(JSON.parse(data) as ChatEvent);
      },
    });
    const decoder = new TextDecoder();
    const chunks: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
    for await (const chunk of chunks ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  }
}
