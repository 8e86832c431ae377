import { Injectable } from '@nestjs/common';
import { ChatEvent } from './chat-event';

export type EventListener = (events: readonly ChatEvent[]) => void;

type ClosedListener = (chatId: string, projectId?: string) => void;

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
  private readonly closeListeners = new Set<ClosedListener>();
  private readonly touchListeners = new Set<(chatId: string) => void>();

  /** Listens to all chats. */
  subscribeAll(onEvents: EventListener, onClosed: ClosedListener): void {
    this.everywhere.add(onEvents);
    this.closeListeners.add(onClosed);
  }

  /** Listens to what changes about chats without an event of theirs: that they are made, filed elsewhere, put away, pinned. */
  subscribeTouched(onTouched: (chatId: string) => void): void {
    this.touchListeners.add(onTouched);
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

  /** Something about the chat has changed without an event. To be called once that is committed. */
  touch(chatId: string): void {
    for (const onTouched of this.touchListeners) onTouched(chatId);
  }

  /** The chat is deleted: nothing more comes. @param projectId what it was filed in, for those who could see it there */
  close(chatId: string, projectId?: string): void {
    for (const onClosed of this.closeListeners) onClosed(chatId, projectId);
    for (const { onClosed } of this.byChat.get(chatId) ?? []) onClosed();
  }
}
