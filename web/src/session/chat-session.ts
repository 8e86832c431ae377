import { ApiProblem, describeError } from '../api/problem';
import { relayApi } from '../api/relay-api';
import type { Chat, ChatEvent, ChatState } from '../api/types';
import { ownerKnown } from '../browser/own-storage';
import { applyEvents } from '../log/chat-reducer';
import { type ChatView, emptyView, runningTurn } from '../log/chat-view';
import { FrameBatch } from '../log/frame-batch';
import { type ConnectionState, LogFollower } from '../log/log-follower';
import { type OutgoingMessage, undelivered, type Written } from '../log/outgoing-message';
import type { RelaySocket } from '../log/relay-socket';
import { refreshed, viewOf, withEarlier, withWholeAction, withWholeDiff } from '../log/state-view';
import { Outbox } from './outbox';
import { readPatiently } from './patient-reading';

export interface SessionState {
  /** Null until loaded. */
  chat: Chat | null;
  view: ChatView;
  outgoing: readonly OutgoingMessage[];
  connection: ConnectionState;
  /** The chat's newest turns are in the view. */
  caughtUp: boolean;
  isLoadingEarlier: boolean;
  /** Why the chat cannot be shown at all. */
  loadError: string | null;
}

/** After a server that could not be reached. */
const RETRY_DELAY_MS = 1_000;

/**
 * One open chat: its newest turns as the server tells of them, its log followed live from there, and the messages on their
 * way to it. An external store for React.
 */
export class ChatSession {
  private state: SessionState;
  private isStopped = false;
  /** Rises with each start and stop: what one of them has begun ends with the next. */
  private run = 0;
  /** The run in which missing events are being read. */
  private recovering: number | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly subscribers = new Set<() => void>();
  private readonly follower: LogFollower;
  private readonly batch = new FrameBatch<ChatEvent>((events) => this.apply(events));
  private readonly outbox: Outbox;

  constructor(
    private readonly socket: RelaySocket,
    readonly chatId: string,
  ) {
    this.outbox = new Outbox(chatId, () => this.set({ outgoing: this.visibleOutgoing(this.state.view) }));
    this.state = {
      chat: null,
      view: emptyView,
      outgoing: this.outbox.pending,
      connection: 'connecting',
      caughtUp: false,
      isLoadingEarlier: false,
      loadError: null,
    };
    this.follower = new LogFollower(socket, chatId, {
      lastSeq: () => this.state.view.lastSeq,
      onEvent: (event) => this.batch.add(event),
      onState: (connection) => {
        this.set({ connection });
        if (connection === 'live') this.bySender(() => this.outbox.resend());
      },
      onRefused: (_code, detail) => this.set({ loadError: detail }),
    });
  }

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  };

  readonly snapshot = (): SessionState => this.state;

  start(): void {
    this.isStopped = false;
    this.run += 1;
    // The connection is made while the state is on its way.
    if (!this.socket.connected) this.socket.connect();
    this.bySender(() => this.outbox.resume());
    void this.open();
  }

  stop(): void {
    this.isStopped = true;
    this.run += 1;
    clearTimeout(this.retryTimer);
    this.follower.stop();
    this.batch.clear();
  }

  /** What is sent without anybody's doing is sent by whoever has written it alone. */
  private bySender(send: () => void): void {
    void ownerKnown.then(() => this.isStopped || send());
  }

  /** Puts the turns before the first that is shown into the view, if there are any. */
  async loadEarlier(): Promise<void> {
    const { previousCursor } = this.state.view;
    if (previousCursor === null || this.state.isLoadingEarlier) return;
    this.set({ isLoadingEarlier: true });
    try {
      const page = await relayApi.getState(this.chatId, previousCursor);
      // Read anew meanwhile, the view may begin elsewhere.
      if (this.state.view.previousCursor === previousCursor) this.set({ view: withEarlier(this.state.view, page) });
    } finally {
      this.set({ isLoadingEarlier: false });
    }
  }

  /** Loads earlier turns until this one is there. @returns whether the chat has it @throws ApiProblem, NetworkProblem */
  async reach(turnId: string): Promise<boolean> {
    const isThere = (): boolean => this.state.view.turns.some(({ id }) => id === turnId);
    while (!isThere() && this.state.view.previousCursor !== null && !this.isStopped) {
      if (this.state.isLoadingEarlier) await this.nextState();
      else await this.loadEarlier();
    }
    return isThere();
  }

  private nextState(): Promise<void> {
    return new Promise((resolve) => {
      const end = this.subscribe(() => {
        end();
        resolve();
      });
    });
  }

  /** @throws ApiProblem, NetworkProblem */
  async fetchAction(id: string): Promise<void> {
    const action = await relayApi.getAction(id);
    this.set({ view: withWholeAction(this.state.view, action) });
  }

  /** @throws ApiProblem, NetworkProblem */
  async fetchTurnDiff(turnId: string): Promise<void> {
    const diff = await relayApi.getTurnDiff(this.chatId, turnId);
    this.set({ view: withWholeDiff(this.state.view, turnId, diff) });
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

  /** Reads the state, again until it is there, and follows the log from it. */
  private async open(): Promise<void> {
    const accepted = this.outbox.accepted;
    try {
      const state = await relayApi.getState(this.chatId);
      if (this.isStopped) return;
      // They are in the log by now, if on a page before this one.
      for (const id of accepted) this.outbox.discard(id);
      this.show(state, viewOf(state));
      this.follower.start();
    } catch (error) {
      if (this.isStopped) return;
      this.set({ loadError: describeError(error) });
      const isFinal = error instanceof ApiProblem && !error.isTransient;
      if (!isFinal) this.retryTimer = setTimeout(() => void this.open(), RETRY_DELAY_MS);
    }
  }

  private show({ chat }: ChatState, view: ChatView): void {
    this.outbox.prune(view);
    this.set({ chat, view, outgoing: this.visibleOutgoing(view), caughtUp: true, loadError: null });
  }

  private apply(events: readonly ChatEvent[]): void {
    const before = this.state.view;
    const { view, gap } = applyEvents(before, events);
    this.outbox.prune(view);
    this.set({ view, outgoing: this.visibleOutgoing(view) });
    const isRenamed = events.some(({ type }) => type === 'chat.updated');
    if (isRenamed || runningTurn(before)?.id !== runningTurn(view)?.id) void this.loadChat();
    if (gap) void this.recover();
  }

  /**
   * Events are missing, and the log may not have them any more: what they have made is read instead. Until it is, whatever
   * else comes is left out, too.
   */
  private async recover(): Promise<void> {
    this.batch.clear();
    const run = this.run;
    if (this.recovering === run) return;
    this.recovering = run;
    try {
      await this.follower.rejoin(async () => {
        const state = await readPatiently(
          () => this.newerState(),
          () => this.run !== run || this.state.loadError !== null,
        );
        if (state !== null) this.show(state, refreshed(this.state.view, state));
      });
    } finally {
      if (this.recovering === run) this.recovering = undefined;
    }
  }

  /** Null when it is not there now. */
  private async newerState(): Promise<ChatState | null> {
    try {
      const state = await relayApi.getState(this.chatId);
      return state.seq > this.state.view.lastSeq ? state : null;
    } catch (error) {
      const isFinal = error instanceof ApiProblem && !error.isTransient;
      if (isFinal) this.set({ loadError: describeError(error) });
      return null;
    }
  }

  private visibleOutgoing(view: ChatView): readonly OutgoingMessage[] {
    return undelivered(this.outbox.pending, view);
  }

  private set(changes: Partial<SessionState>): void {
    this.state = { ...this.state, ...changes };
    for (const subscriber of this.subscribers) subscriber();
  }
}
