import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Access } from '../access/access';
import { AccessChange, AccessChanges } from '../access/access-changes';
import { ChatDirectory } from '../chat/chat-directory';
import { ChatEntity } from '../chat/entities/chat.entity';
import type { ChatEvent, ChatEventType } from '../chat/event-log/chat-event';
import { EventFeed } from '../chat/event-log/event-feed';
import { messageOf } from '../common/domain.error';
import { ComponentLogger, Logger } from '../common/logger';
import { Database } from '../database/database';
import type { AdmittedSocket } from './socket-admission';

/** The events after which a chat stands otherwise in a list. */
const SHOWN: ReadonlySet<ChatEventType> = new Set([
  ...(['turn.queued', 'turn.started', 'turn.completed', 'queue.changed'] as const),
  ...(['approval.requested', 'approval.resolved', 'chat.updated'] as const),
]);
/** What changes meanwhile is told at once: a turn that begins is several events. */
const PAUSE_MS = 150;
/** Chats that are read at once; more of them wait for the next round. */
const MOST = 100;

/**
 * Tells those who watch the list of their chats how each of them stands now, as the list itself would: it is read anew for each
 * user, with what they may see and is theirs. Nothing is read for chats that nobody watches.
 */
@Injectable()
export class ListBroadcast {
  private readonly logger: ComponentLogger;
  private readonly watchers = new Map<string, Set<AdmittedSocket>>();
  private readonly changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private end: () => void = () => undefined;

  constructor(
    private readonly feed: EventFeed,
    private readonly directory: ChatDirectory,
    private readonly database: Database,
    private readonly access: Access,
    private readonly accessChanges: AccessChanges,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'list' });
  }

  start(): void {
    this.feed.subscribeAll(
      (events) => this.onEvents(events),
      (chatId, projectId) => void this.onDeleted(chatId, projectId),
    );
    this.feed.subscribeTouched((chatId) => this.onChanged(chatId));
    this.end = this.accessChanges.subscribe((change) => this.onAccess(change));
  }

  stop(): void {
    this.end();
    clearTimeout(this.timer);
    this.watchers.clear();
  }

  /** From now on the socket hears `chats:changed`, `chats:deleted` and `chats:stale`. Again without effect. */
  watch(socket: AdmittedSocket): void {
    const { id } = socket.data.user;
    const sockets = this.watchers.get(id) ?? new Set();
    if (sockets.has(socket)) return;
    this.watchers.set(id, sockets.add(socket));
    socket.once('disconnect', () => this.unwatch(socket));
  }

  unwatch(socket: AdmittedSocket): void {
    const { id } = socket.data.user;
    const sockets = this.watchers.get(id);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.watchers.delete(id);
  }

  private onEvents(events: readonly ChatEvent[]): void {
    for (const { type, chatId } of events) if (SHOWN.has(type)) this.onChanged(chatId);
  }

  private onChanged(chatId: string): void {
    if (this.watchers.size === 0) return;
    this.changed.add(chatId);
    this.timer ??= setTimeout(() => void this.tell(), PAUSE_MS).unref();
  }

  private async onDeleted(chatId: string, projectId: string | undefined): Promise<void> {
    this.changed.delete(chatId);
    if (this.watchers.size === 0 || projectId === undefined) return;
    try {
      for (const userId of await this.access.membersOf(projectId)) this.emit(userId, 'chats:deleted', { chatId });
    } catch (error) {
      this.complain(error);
    }
  }

  /** What somebody does not see any more cannot be told by its id: they read their list again. */
  private onAccess({ userId }: AccessChange): void {
    for (const id of userId === undefined ? this.watchers.keys() : [userId]) this.emit(id, 'chats:stale', {});
  }

  private async tell(): Promise<void> {
    const ids = [...this.changed].slice(0, MOST);
    for (const id of ids) this.changed.delete(id);
    const before = this.accessChanges.count;
    try {
      await this.tellOf(ids, () => this.accessChanges.count === before);
    } catch (error) {
      this.complain(error);
    }
    this.timer = this.changed.size > 0 ? setTimeout(() => void this.tell(), PAUSE_MS).unref() : undefined;
  }

  /** @param isAllowed false once anybody's access has become less: what was read before is told to nobody then */
  private async tellOf(ids: readonly string[], isAllowed: () => boolean): Promise<void> {
    const readers = (await this.access.readersOf(ids)).filter(({ userId }) => this.watchers.has(userId));
    if (readers.length === 0) return;
    const rows = await this.database.read.findBy(ChatEntity, { id: In(readers.map(({ chatId }) => chatId)) });
    for (const [userId, own] of Map.groupBy(readers, (reader) => reader.userId)) {
      const [socket] = this.watchers.get(userId) ?? [];
      if (socket === undefined) continue;
      const visible = new Set(own.map(({ chatId }) => chatId));
      const chats = await this.directory.views(
        socket.data.user,
        rows.filter(({ id }) => visible.has(id)),
      );
      if (!isAllowed()) return ids.forEach((id) => this.changed.add(id));
      // Long, and in no list.
      this.emit(userId, 'chats:changed', { chats: chats.map((chat) => ({ ...chat, instructions: null })) });
    }
  }

  private emit(userId: string, name: string, data: object): void {
    for (const socket of this.watchers.get(userId) ?? []) socket.emit(name, data);
  }

  private complain(error: unknown): void {
    this.logger.warn({ reason: messageOf(error) }, 'those who watch their lists were not told of a change');
    for (const userId of this.watchers.keys()) this.emit(userId, 'chats:stale', {});
  }
}
