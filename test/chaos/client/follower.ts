import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatEvent } from '../../../src/chat/event-log/chat-event';
import type { ClientEntry } from '../evidence/entries';
import type { Journal } from '../evidence/journal';

const RECONNECT_MS = 50;

/** One connection that brings the events of a chat; resolves or throws when it has ended. */
export type Connection = (of: {
  readonly url: string;
  /** Of the user. */
  readonly key: string;
  readonly chatId: string;
  readonly after: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ChatEvent) => void;
}) => Promise<void>;

/** Follows a chat through any number of connections: each goes on after the last event that was seen. */
export class Follower {
  private last = 0;
  private readonly closing = new AbortController();
  private readonly arrivals = new EventTarget();
  private readonly ended: Promise<void>;

  /** @param place where the service is at the moment, and who reads. */
  constructor(
    private readonly chatId: string,
    private readonly reader: string,
    private readonly place: () => { readonly url: string; readonly key: string },
    private readonly connection: Connection,
    private readonly journal: Journal<ClientEntry>,
  ) {
    this.ended = this.follow();
  }

  /** Number of the last event that was seen. */
  get lastSeq(): number {
    return this.last;
  }

  /** Calls back with each event from now on. */
  onEvent(listen: (event: ChatEvent) => void): void {
    this.arrivals.addEventListener('event', (arrival) => listen((arrival as CustomEvent<ChatEvent>).detail));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }

  private async follow(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      this.journal.add({ kind: 'followed', chatId: this.chatId, reader: this.reader, after: this.last });
      const onEvent = (event: ChatEvent): void => this.receive(event);
      const to = { ...this.place(), chatId: this.chatId, after: this.last, signal, onEvent };
      await this.connection(to).catch(() => undefined);
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private receive(event: ChatEvent): void {
    if (this.closing.signal.aborted) return;
    this.journal.add({ kind: 'event', chatId: this.chatId, reader: this.reader, event });
    this.last = Math.max(this.last, event.seq);
    this.arrivals.dispatchEvent(new CustomEvent('event', { detail: event }));
  }
}
