import { Injectable } from '@nestjs/common';

/** Whose access may have become less: of one user, to one chat, or both; left out: of any. */
export interface AccessChange {
  readonly userId?: string;
  readonly chatId?: string;
}

type Listener = (change: AccessChange) => void;

/** Tells those who hold something open for a user that they must ask again whether they may. */
@Injectable()
export class AccessChanges {
  private readonly listeners = new Set<Listener>();
  private changes = 0;

  /** How many there have been: whoever began before a change, and is done after it, asks again. */
  get count(): number {
    return this.changes;
  }

  /** @returns what ends that */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** To be called once the change is committed. */
  tell(change: AccessChange): void {
    this.changes += 1;
    for (const listener of [...this.listeners]) listener(change);
  }
}

/** Whether a change may concern what a user has open of a chat. */
export const concerns = (change: AccessChange, userId: string, chatId: string): boolean =>
  (change.userId ?? userId) === userId && (change.chatId ?? chatId) === chatId;
