import { ApiProblem, describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { Chat, ChatEvent } from '../api/types';
import { applyEvents } from '../log/chat-reducer';
import { type ChatView, emptyView, runningTurn } from '../log/chat-view';
import { FrameBatch } from '../log/frame-batch';
import { type ConnectionState, LogFollower } from '../log/log-follower';
import { type OutgoingMessage, undelivered, type Written } from '../log/outgoing-message';
import type { RelaySocket } from '../log/relay-socket';
import { Outbox } from './outbox';

export interface SessionState {
  /** Null until loaded. */
  chat: Chat | null;
  view: ChatView;
  outgoing: readonly OutgoingMessage[];
  connection: ConnectionState;
  /** The log up to the moment of joining is in the view. */
  caughtUp: boolean;
  /** Why the chat cannot be shown at all. */
  loadError: string | null;
}

/** One open chat: its log, followed live, and the messages on their way to it. An external store for React. */
export class ChatSession {
  private state: SessionState;
  private replayUntil = Infinity;
  private readonly subscribers = new Set<() => void>();
  private readonly follower: LogFollower;
  private readonly batch = new FrameBatch<ChatEvent>((events) => this.apply(events));
  private readonly outbox: Outbox;

  constructor(
    socket: RelaySocket,
    readonly chatId: string,
  ) {
    this.outbox = new Outbox(chatId, () => this.set({ outgoing: this.visibleOutgoing(this.state.view) }));
    this.state = {
      chat: null,
      view: emptyView,
      outgoing: this.outbox.pending,
      connection: 'connecting',
      caughtUp: false,
      loadError: null,
    };
    this.follower = new LogFollower(socket, chatId, {
      lastSeq: () => this.state.view.lastSeq,
      onEvent: (event) => this.batch.add(event),
      onReplay: (until) => this.expectReplay(until),
      onState: (connection) => this.set({ connection }),
      onRefused: (_code, detail) => this.set({ loadError: detail }),
    });
  }

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  };

  readonly snapshot = (): SessionState => this.state;

  start(): void {
    this.follower.start();
    this.outbox.resume();
    void this.loadChat();
  }

  stop(): void {
    this.follower.stop();
    this.batch.clear();
  }

  send(written: Written): void {
    this.outbox.send(written, this.state.view.lastSeq);
  }

  /** Tells the running turn, instead of queueing for the next one. */
  steer(written: Written): void {
    this.outbox.steer(written, this.state.view.lastSeq);
  }

  retry(clientMessageId: string): void {
    this.outbox.retry(clientMessageId);
  }

  discard(clientMessageId: string): void {
    this.outbox.discard(clientMessageId);
  }

  /** Takes over the chat as a change made elsewhere on the page left it. */
  setChat(chat: Chat): void {
    this.set({ chat });
  }

  /** The log carries no title, status or backend, so these are read again where they may have changed. */
  async loadChat(): Promise<void> {
    try {
      this.set({ chat: await relayApi.getChat(this.chatId), loadError: null });
    } catch (error) {
      // With the log at hand an outage is no reason to hide it; the connection's own state tells of it.
      const isFinal = error instanceof ApiProblem && !error.isTransient;
      if (isFinal || !this.state.chat) this.set({ loadError: describeError(error) });
    }
  }

  private expectReplay(until: number): void {
    this.replayUntil = until;
    if (this.state.view.lastSeq >= until) this.set({ caughtUp: true });
    // An unreachable server leaves a note in place of the chat, which is out of date once it answers again.
    if (!this.state.chat && this.state.loadError) void this.loadChat();
  }

  private apply(events: readonly ChatEvent[]): void {
    const before = this.state.view;
    const { view, gap } = applyEvents(before, events, this.replayUntil);
    this.outbox.prune(view);
    const caughtUp = this.state.caughtUp || view.lastSeq >= this.replayUntil;
    this.set({ view, outgoing: this.visibleOutgoing(view), caughtUp });
    if (runningTurn(before)?.id !== runningTurn(view)?.id) void this.loadChat();
    if (gap) this.recover();
  }

  private recover(): void {
    this.batch.clear();
    void this.follower.rejoin();
  }

  private visibleOutgoing(view: ChatView): readonly OutgoingMessage[] {
    return undelivered(this.outbox.pending, view);
  }

  private set(changes: Partial<SessionState>): void {
    this.state = { ...this.state, ...changes };
    for (const subscriber of this.subscribers) subscriber();
  }
}
