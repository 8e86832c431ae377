import { Injectable, OnModuleDestroy } from '@nestjs/common';
import type { Namespace } from 'socket.io';
import { Access } from '../access/access';
import { AccessChange, AccessChanges, concerns } from '../access/access-changes';
import { User } from '../auth/user';
import { messageOf } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import type { AdmittedSocket } from './socket-admission';
import { closedFrame, RoomBroadcast } from './room-broadcast';

/** Ends what somebody watches as soon as they may not see it any more. */
@Injectable()
export class WatchedChats implements OnModuleDestroy {
  private readonly logger: ComponentLogger;
  private end: () => void = () => undefined;

  constructor(
    private readonly access: Access,
    private readonly changes: AccessChanges,
    private readonly rooms: RoomBroadcast,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'watching' });
  }

  /** From now on sockets leave the rooms of chats that their user may not see any more, and hear `chat:closed`. */
  attach(namespace: Namespace): void {
    this.end = this.changes.subscribe((change) => void this.recheck(namespace, change));
  }

  onModuleDestroy(): void {
    this.end();
  }

  /**
   * Does what begins to watch a chat, and looks again afterwards if anybody's access has changed meanwhile.
   *
   * @throws DomainError `chat_not_found` when the user may not see it any more; `undo` was called then
   */
  async begin<T>(user: User, chatId: string, work: { start: () => Promise<T>; undo: () => Promise<void> }): Promise<T> {
    const before = this.changes.count;
    const result = await work.start();
    if (this.changes.count === before) return result;
    try {
      await this.access.requireChat(user, chatId, 'read');
      return result;
    } catch (error) {
      await work.undo();
      throw error;
    }
  }

  /** A signal that is aborted with `signal`, and when the user may not see the chat any more. */
  signalFor(user: User, chatId: string, signal: AbortSignal): AbortSignal {
    const end = new AbortController();
    const unsubscribe = this.changes.subscribe((change) => {
      if (concerns(change, user.id, chatId)) void this.endUnlessVisible(user, chatId, () => end.abort());
    });
    for (const one of [signal, end.signal]) one.addEventListener('abort', unsubscribe, { once: true });
    if (signal.aborted) unsubscribe();
    return AbortSignal.any([signal, end.signal]);
  }

  private async recheck(namespace: Namespace, change: AccessChange): Promise<void> {
    for (const [socketId, chatId] of [...this.rooms.watchers()]) {
      const socket = namespace.sockets.get(socketId) as AdmittedSocket | undefined;
      if (socket === undefined || !concerns(change, socket.data.user.id, chatId)) continue;
      await this.endUnlessVisible(socket.data.user, chatId, () => {
        void this.rooms.leave(socket, chatId);
        socket.emit('chat:closed', closedFrame(chatId));
      });
    }
  }

  /** What cannot be found out counts as a no. */
  private async endUnlessVisible(user: User, chatId: string, end: () => void): Promise<void> {
    const isVisible = await this.access.mayUseChat(user, chatId, 'read').catch((error: unknown) => {
      this.logger.warn(
        { chatId, reason: messageOf(error) },
        'access could not be looked up again: what was open of it ends',
      );
      return false;
    });
    if (!isVisible) end();
  }
}
