import { Injectable } from '@nestjs/common';
import { ChatEvent } from './chat-event';

export type EventListener = (events: readonly ChatEvent[]) => void;

interface ChatListener {
  readonly onEvents: EventListener;
  /** The chat is deleted. */
  readonly onClosed: () => void;
}

/** Hands committed events, in order, to whoever listens in this process. Listeners must not throw or wait. */
@Injectable()
export class EventFeed {
  private readonly everywhere = new Set<EventListener>();
  private readonly byChat = new Map<string, Set<ChatListener>>();
  private readonly closeListeners = new Set<(chatId: string) => void>();

  /** Listens to all chats. */
  subscribeAll(onEvents: EventListener, onClosed: (chatId: string) => void): void {
    this.everywhere.add(onEvents);
    this.closeListeners.add(onClosed);
  }

  /** Listens to one chat. Returns how to stop. */
  subscribe(chatId: string, listener: ChatListener): () => void {
    const listeners = this.byChat.get(chatId) ?? new Set();
    this.byChat.set(chatId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.byChat.delete(chatId);
    };
  }

  publish(chatId: string, events: readonly ChatEvent[]): void {
    for (const listener of this.everywhere) listener(events);
    for (const { onEvents } of this.byChat.get(chatId) ?? []) onEvents(events);
  }

  /** The chat is deleted: nothing more comes. */
  close(chatId: string): void {
    for (const onClosed of this.closeListeners) onClosed(chatId);
    for (const { onClosed } of this.byChat.get(chatId) ?? []) onClosed();
  }
}
