import { Injectable } from '@nestjs/common';
import type { Namespace, Socket } from 'socket.io';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { EventFeed } from '../chat/event-log/event-feed';
import { EventLog } from '../chat/event-log/event-log';
import type { ChatRef } from '../chat/event-log/log-entry';
import { written } from './client-backlog';
import { coalescedWrite } from './direct-socket-writes';

/** Events read at once: what a reader that stops costs while it catches up. */
const PAGE = 100;
const ROOM = 'chat:';
const roomOf = (chatId: string): string => `${ROOM}${chatId}`;

/** What a socket is told of a chat that it may not watch any more, in `chat:closed`. */
export const closedFrame = (chatId: string) => ({ chatId, code: 'chat_not_found' });

/** Sends each chat's events to the sockets in its room, and brings a socket up to date before it enters. */
@Injectable()
export class RoomBroadcast {
  private namespace: Namespace | undefined;
  /** What is sent at the end of this round of the event loop: whoever waits for the commit of the events goes on first. */
  private waiting: ChatEvent[] = [];
  /** Joins and leaves of one socket take place one after another. */
  private readonly moves = new WeakMap<Socket, Promise<unknown>>();

  constructor(
    private readonly log: EventLog,
    private readonly feed: EventFeed,
  ) {}

  start(namespace: Namespace): void {
    this.namespace = namespace;
    this.feed.subscribeAll(
      (events) => this.push(events),
      (chatId) => {
        this.flush();
        namespace.to(roomOf(chatId)).emit('chat:closed', closedFrame(chatId));
        namespace.in(roomOf(chatId)).socketsLeave(roomOf(chatId));
      },
    );
  }

  /**
   * Sends the events behind `after` and lets the socket into the room in the same step as the last was sent, so that
   * no event is missed or sent twice. Returns the number of the last event.
   *
   * @param after left out: nothing of the past.
   */
  join(socket: Socket, chat: ChatRef, after: number | undefined): Promise<number> {
    return this.inTurn(socket, async () => {
      // A socket that joins anew asks for the past again; live events must not come in between.
      void socket.leave(roomOf(chat.chatId));
      return this.catchUp(socket, chat, after);
    });
  }

  leave(socket: Socket, chatId: string): Promise<void> {
    return this.inTurn(socket, async () => {
      await socket.leave(roomOf(chatId));
    });
  }

  /** The sockets that are in some chat's room, and those chats. */
  *watchers(): Generator<readonly [socketId: string, chatId: string]> {
    for (const [room, sockets] of this.namespace?.adapter.rooms ?? []) {
      if (!room.startsWith(ROOM)) continue;
      for (const socketId of sockets) yield [socketId, room.slice(ROOM.length)];
    }
  }

  private push(events: readonly ChatEvent[]): void {
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push(...events);
  }

  private flush(): void {
    const events = this.waiting;
    this.waiting = [];
    coalescedWrite(events.length, () => {
      for (const event of events) this.send(event);
    });
  }

  /** Nothing is encoded for a chat that nobody watches. */
  private send(event: ChatEvent): void {
    const room = roomOf(event.chatId);
    if (this.namespace?.adapter.rooms.has(room)) this.namespace.to(room).emit('event', event);
  }

  private async catchUp(socket: Socket, chat: ChatRef, after: number | undefined): Promise<number> {
    for (let cursor = after; ;) {
      const upTo = this.log.publishedSeq(chat.chatId);
      if (upTo === undefined) await this.log.lastSeq(chat);
      else if (cursor === undefined || cursor >= upTo || !socket.connected) {
        this.flush();
        void socket.join(roomOf(chat.chatId));
        return upTo;
      } else {
        cursor = await this.sendStored(socket, chat, cursor, upTo);
      }
    }
  }

  private async sendStored(socket: Socket, chat: ChatRef, after: number, upTo: number): Promise<number> {
    const events = await this.log.read(chat.chatId, after, PAGE);
    const published = events.filter(({ seq }) => seq <= upTo);
    for (const event of published) socket.emit('event', event);
    await written(socket);
    // Nothing stored means that the chat was deleted meanwhile.
    return published.at(-1)?.seq ?? upTo;
  }

  private inTurn<T>(socket: Socket, move: () => Promise<T>): Promise<T> {
    const before = this.moves.get(socket) ?? Promise.resolve();
    const result = before.then(move, move);
    this.moves.set(
      socket,
      result.catch(() => undefined),
    );
    return result;
  }
}
