import type { ChatEvent } from '../api/types';
import type { JoinAnswer, RelaySocket } from './relay-socket';

export type ConnectionState = 'connecting' | 'live' | 'lost';

/** A join is answered after the replay, which may be long. */
const ACK_TIMEOUT_MS = 30_000;
const RETRY_DELAY_MS = 1_000;

export interface LogListener {
  /** The number of the last event the listener has; the log is followed from there. */
  lastSeq(): number;
  onEvent(event: ChatEvent): void;
  onState(state: ConnectionState): void;
  /** The server does not let this client follow the chat. */
  onRefused(code: string, detail: string): void;
}

/** Follows one chat's log over the socket, and takes it up again where it stopped after each loss of connection. */
export class LogFollower {
  /** Tells the answer to the latest join from that to one which a reconnect has overtaken. */
  private attempt = 0;
  private muted = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: RelaySocket,
    private readonly chatId: string,
    private readonly listener: LogListener,
  ) {}

  start(): void {
    this.socket.on('connect', this.join);
    this.socket.on('disconnect', this.lose);
    this.socket.on('connect_error', this.lose);
    this.socket.on('event', this.receive);
    this.socket.on('chat:closed', this.closed);
    window.addEventListener('online', this.reconnect);
    document.addEventListener('visibilitychange', this.reconnect);
    if (this.socket.connected) void this.join();
    else this.socket.connect();
  }

  stop(): void {
    this.attempt++;
    clearTimeout(this.retryTimer);
    this.socket.off('connect', this.join);
    this.socket.off('disconnect', this.lose);
    this.socket.off('connect_error', this.lose);
    this.socket.off('event', this.receive);
    this.socket.off('chat:closed', this.closed);
    window.removeEventListener('online', this.reconnect);
    document.removeEventListener('visibilitychange', this.reconnect);
    if (this.socket.connected) this.socket.emit('chat:leave', { chatId: this.chatId }, () => undefined);
  }

  /**
   * Follows the log from another number on, which `moved` brings about. Leaves the room first and is deaf until that is
   * acknowledged, so that no event of the old subscription gets in among the new.
   */
  async rejoin(moved: () => Promise<void>): Promise<void> {
    const attempt = ++this.attempt;
    clearTimeout(this.retryTimer);
    this.muted = true;
    await Promise.all([this.leave(), moved()]);
    if (attempt === this.attempt) await this.join();
  }

  private readonly join = async (): Promise<void> => {
    const attempt = ++this.attempt;
    clearTimeout(this.retryTimer);
    this.muted = false;
    const answer = await this.askToJoin(this.listener.lastSeq());
    if (attempt !== this.attempt || !this.socket.connected) return;
    if (!answer) this.retryTimer = setTimeout(() => void this.join(), RETRY_DELAY_MS);
    else if (answer.ok) this.listener.onState('live');
    else this.listener.onRefused(answer.error.code, answer.error.detail);
  };

  private readonly receive = (event: ChatEvent): void => {
    if (event.chatId === this.chatId && !this.muted) this.listener.onEvent(event);
  };

  /** Asks again, and is told why not; or access has come back meanwhile. */
  private readonly closed = ({ chatId }: { chatId: string }): void => {
    if (chatId === this.chatId && !this.muted) void this.join();
  };

  private readonly lose = (): void => {
    this.attempt++;
    clearTimeout(this.retryTimer);
    this.listener.onState('lost');
    // After the server has closed the connection itself, socket.io does not try again on its own.
    if (!this.socket.active) this.retryTimer = setTimeout(this.reconnect, RETRY_DELAY_MS);
  };

  /** A device that wakes up or is online again should not wait for the next try of the backoff. */
  private readonly reconnect = (): void => {
    if (!document.hidden && !this.socket.connected) this.socket.connect();
  };

  /** Null: no answer in time, or the connection went away meanwhile. */
  private askToJoin(after: number): Promise<JoinAnswer | null> {
    return new Promise((resolve) => {
      const request = { chatId: this.chatId, after };
      this.socket.timeout(ACK_TIMEOUT_MS).emit('chat:join', request, (error, answer) => resolve(error ? null : answer));
    });
  }

  private leave(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.timeout(ACK_TIMEOUT_MS).emit('chat:leave', { chatId: this.chatId }, () => resolve());
    });
  }
}
