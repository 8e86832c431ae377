import { createParser } from 'eventsource-parser';
import { ClientRequest, get, IncomingMessage } from 'node:http';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import { Follower } from './follower';
import { ReceivedLog } from './received-log';

const RECONNECT_MS = 20;

/** Follows a chat by server-sent events, as a browser's EventSource does: it comes back with Last-Event-ID. */
export class SseFollower implements Follower {
  readonly received = new ReceivedLog();
  readonly errors: string[] = [];
  private request: ClientRequest | undefined;
  private isOpen = false;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly chatId: string,
  ) {
    this.connect();
  }

  cut(): boolean {
    if (!this.isOpen) return false;
    this.isOpen = false;
    this.request?.socket?.resetAndDestroy();
    return true;
  }

  stop(): void {
    this.stopped = true;
    this.request?.destroy();
  }

  private connect(): void {
    const { lastSeq } = this.received;
    const headers = { accept: 'text/event-stream', ...(lastSeq > 0 && { 'last-event-id': String(lastSeq) }) };
    const request = get(`${this.url}/api/v1/chats/${this.chatId}/events`, { agent: false, headers });
    request.once('response', (response) => this.read(response));
    // The cut connection.
    request.on('error', () => undefined);
    request.once('close', () => this.reconnect());
    this.request = request;
  }

  private read(response: IncomingMessage): void {
    response.on('error', () => undefined);
    if (response.statusCode !== 200) {
      this.errors.push(`the stream was answered with ${response.statusCode}`);
      return void response.resume();
    }
    this.isOpen = true;
    const parser = createParser({ onEvent: ({ data }) => this.received.add(JSON.parse(data) as ChatEvent) });
    response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
  }

  private reconnect(): void {
    this.isOpen = false;
    if (!this.stopped) setTimeout(() => !this.stopped && this.connect(), RECONNECT_MS);
  }
}
