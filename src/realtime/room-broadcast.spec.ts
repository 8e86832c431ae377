import { EventEmitter } from 'node:events';
import type { Namespace, Socket } from 'socket.io';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { EventFeed } from '../chat/event-log/event-feed';
import { EventLog } from '../chat/event-log/event-log';
import { RoomBroadcast } from './room-broadcast';

const CHAT = { chatId: 'chat', userId: 'user' };
const ROOM = 'chat:chat';
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** One socket, its rooms, and the namespace that it is in. */
class FakeSocket extends EventEmitter {
  connected = true;
  readonly conn = Object.assign(new EventEmitter(), { transport: { writable: true } });
  readonly seqs: number[] = [];
  readonly others: unknown[] = [];
  readonly rooms = new Set<string>();
  broadcasts = 0;

  override emit(name: string, event: ChatEvent): boolean {
    if (name !== 'event') return this.others.push([name, event]) > 0;
    return this.seqs.push(event.seq) > 0;
  }

  join(room: string): void {
    this.rooms.add(room);
  }

  leave(room: string): void {
    this.rooms.delete(room);
  }

  disconnect(): void {
    this.connected = false;
  }

  get namespace(): Namespace {
    const to = (room: string) => ({
      emit: (name: string, event: ChatEvent) => {
        this.broadcasts += 1;
        return this.rooms.has(room) && this.emit(name, event);
      },
      socketsLeave: (left: string) => this.leave(left),
    });
    return { to, in: to, adapter: { rooms: this.rooms } } as unknown as Namespace;
  }
}

class FakeLog {
  readonly events: ChatEvent[] = [];
  loaded = false;
  duringRead: () => void = () => undefined;

  publishedSeq(): number | undefined {
    return this.loaded ? this.events.length : undefined;
  }

  lastSeq(): Promise<number> {
    this.loaded = true;
    return Promise.resolve(this.events.length);
  }

  async read(_: string, after: number, limit: number): Promise<ChatEvent[]> {
    const rows = this.events.slice(after, after + limit);
    this.duringRead();
    await new Promise(setImmediate);
    return rows;
  }
}

describe('RoomBroadcast', () => {
  let log: FakeLog;
  let feed: EventFeed;
  let rooms: RoomBroadcast;
  let socket: FakeSocket;

  beforeEach(() => {
    log = new FakeLog();
    feed = new EventFeed();
    socket = new FakeSocket();
    rooms = new RoomBroadcast(log as unknown as EventLog, feed);
    rooms.start(socket.namespace);
  });

  const join = (after?: number) => rooms.join(socket as unknown as Socket, CHAT, after);

  function publish(count: number): void {
    const first = log.events.length;
    const fresh = upTo(count).map((index): ChatEvent => {
      return {
        ...CHAT,
        previousSeq: first + index - 1,
        seq: first + index,
        turnId: null,
        type: 'warning',
        at: '',
        data: { message: '' },
      };
    });
    log.events.push(...fresh);
    feed.publish(CHAT.chatId, fresh);
  }

  const sent = async (): Promise<number[]> => {
    await new Promise(setImmediate);
    return socket.seqs;
  };

  it('sends what is behind `after`, then what comes, without gap or repeat, also while it reads', async () => {
    publish(700);
    log.duringRead = () => {
      if (log.events.length < 1_000) publish(100);
    };
    const last = await join(2);
    publish(5);
    expect(last).toBe(1_000);
    expect(await sent()).toEqual(upTo(1_005).slice(2));
  });

  it('sends nothing of the past to a socket that does not ask for it', async () => {
    publish(3);
    expect(await join()).toBe(3);
    publish(2);
    expect(await sent()).toEqual([4, 5]);
  });

  it('sends nothing twice to a socket that joins in the round of the event loop in which it was published', async () => {
    log.loaded = true;
    publish(3);
    await join(3);
    publish(1);
    expect(await sent()).toEqual([4]);
  });

  it('sends nothing twice of what is stored and not yet published while it reads', async () => {
    publish(3);
    const { events } = log;
    const [unpublished] = [{ ...(events[0] as ChatEvent), previousSeq: 3, seq: 4 }];
    log.publishedSeq = () => (log.loaded ? 3 : undefined);
    events.push(unpublished);
    await join(0);
    feed.publish(CHAT.chatId, [unpublished]);
    expect(await sent()).toEqual([1, 2, 3, 4]);
  });

  it('sends nothing to a socket that is ahead until there is more', async () => {
    publish(3);
    expect(await join(10)).toBe(3);
    expect(await sent()).toEqual([]);
  });

  it('sends the past again, whole and first, to a socket that joins again', async () => {
    publish(3);
    await join(0);
    log.duringRead = () => {
      log.duringRead = () => undefined;
      publish(1);
    };
    await join(1);
    expect(await sent()).toEqual([1, 2, 3, 2, 3, 4]);
  });

  it('lets the joins and leaves of a socket happen one after another', async () => {
    publish(3);
    await Promise.all([join(0), rooms.leave(socket as unknown as Socket, CHAT.chatId)]);
    publish(1);
    expect(await sent()).toEqual([1, 2, 3]);
    await Promise.all([rooms.leave(socket as unknown as Socket, CHAT.chatId), join(3)]);
    expect(await sent()).toEqual([1, 2, 3, 4]);
    expect(socket.rooms).toEqual(new Set([ROOM]));
  });

  it('broadcasts nothing of a chat that nobody watches', async () => {
    publish(2);
    await sent();
    expect(socket.broadcasts).toBe(0);
    await join();
    publish(1);
    await sent();
    expect(socket.broadcasts).toBe(1);
  });

  it('empties the room of a chat that is deleted, and says so', async () => {
    await join(0);
    publish(1);
    feed.close(CHAT.chatId);
    publish(1);
    expect(await sent()).toEqual([1]);
    expect(socket.others).toEqual([['chat:closed', { chatId: CHAT.chatId, code: 'chat_not_found' }]]);
  });
});
