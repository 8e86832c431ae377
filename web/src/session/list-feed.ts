import type { Chat } from '../api/types';
import type { RelaySocket } from '../log/relay-socket';

export interface ListListener {
  onChanged: (chats: readonly Chat[]) => void;
  onDeleted: (chatId: string) => void;
  /** Something may have been missed: the list is to be read again. */
  onStale: () => void;
}

const ACK_TIMEOUT_MS = 10_000;
const RETRY_DELAY_MS = 3_000;

/** Tells how the user's chats change, for as long as the page is open. After each loss of connection its listeners read again. */
export class ListFeed {
  private readonly listeners = new Set<ListListener>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether changes come by themselves at the moment. */
  isLive = false;

  constructor(private readonly socket: RelaySocket) {}

  subscribe(listener: ListListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  start(): void {
    this.socket.on('connect', this.watch);
    this.socket.on('disconnect', this.lose);
    this.socket.on('connect_error', this.lose);
    this.socket.on('chats:changed', this.change);
    this.socket.on('chats:deleted', this.remove);
    this.socket.on('chats:stale', this.stale);
    document.addEventListener('visibilitychange', this.reconnect);
    window.addEventListener('online', this.reconnect);
    if (this.socket.connected) this.watch();
    else this.socket.connect();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.isLive = false;
    this.socket.off('connect', this.watch);
    this.socket.off('disconnect', this.lose);
    this.socket.off('connect_error', this.lose);
    this.socket.off('chats:changed', this.change);
    this.socket.off('chats:deleted', this.remove);
    this.socket.off('chats:stale', this.stale);
    document.removeEventListener('visibilitychange', this.reconnect);
    window.removeEventListener('online', this.reconnect);
  }

  /** The list is read after the watch has begun, so that nothing falls between. */
  private readonly watch = (): void => {
    clearTimeout(this.timer);
    this.socket.timeout(ACK_TIMEOUT_MS).emit('chats:watch', {}, (error, answer) => {
      if (!this.socket.connected) return;
      this.isLive = !error && answer.ok;
      if (this.isLive) this.stale();
      else this.timer = setTimeout(this.watch, RETRY_DELAY_MS);
    });
  };

  private readonly lose = (): void => {
    clearTimeout(this.timer);
    this.isLive = false;
    // After the server has closed the connection, or refused it, socket.io does not try again on its own.
    if (!this.socket.active) this.timer = setTimeout(this.reconnect, RETRY_DELAY_MS);
  };

  private readonly reconnect = (): void => {
    if (!document.hidden && !this.socket.connected) this.socket.connect();
  };

  /** Tells the listeners of what this page has done itself, without the way over the server. */
  tell(chats: readonly Chat[]): void {
    for (const listener of [...this.listeners]) listener.onChanged(chats);
  }

  tellDeleted(chatId: string): void {
    for (const listener of [...this.listeners]) listener.onDeleted(chatId);
  }

  /** Where changes do not come by themselves, what is shown is read again. */
  readonly refreshUnlessLive = (): void => {
    if (!this.isLive) this.stale();
  };

  private readonly change = ({ chats }: { chats: Chat[] }): void => this.tell(chats);
  private readonly remove = ({ chatId }: { chatId: string }): void => this.tellDeleted(chatId);
  private readonly stale = (): void => {
    for (const listener of [...this.listeners]) listener.onStale();
  };
}
