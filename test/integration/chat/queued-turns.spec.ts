import pino from 'pino';
import { In } from 'typeorm';
import type { AppServerPool } from '../../../src/app-server/pool/app-server-pool';
import { ChatDirectory } from '../../../src/chat/chat-directory';
import { ChatRemoval } from '../../../src/chat/chat-removal';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import type { ChatRef } from '../../../src/chat/event-log/log-entry';
import { MessageIntake } from '../../../src/chat/message-intake';
import type { ApprovalDesk } from '../../../src/chat/approvals/approval-desk';
import type { ChatThreads, ComingTurn } from '../../../src/chat/turns/chat-threads';
import { TurnIntake } from '../../../src/chat/turns/turn-intake';
import { TurnQueue } from '../../../src/chat/turns/turn-queue';
import { TurnScheduler } from '../../../src/chat/turns/turn-scheduler';
import { TurnServices } from '../../../src/chat/turns/turn-services';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { Database } from '../../../src/database/database';
import { update } from '../../../src/database/rows';
import { StorageUnavailableError } from '../../../src/database/storage-fault';
import type { Write } from '../../../src/database/write-queue';
import type { BackendRegistry } from '../../../src/gateway/catalog/backend-registry';
import { eventually } from '../../support/eventually';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat, USER_ID } from '../../support/stored-chat';

const FULL = {
  write: () => Promise.reject(new StorageUnavailableError(new Error('disk full'))),
} as unknown as Database;

const silent = pino({ level: 'silent' });

describe('the turns that wait in a chat', () => {
  let database: Database;
  let log: EventLog;
  let queue: TurnQueue;
  let scheduler: TurnScheduler;
  let schedulerOn: (of: Database) => TurnScheduler;
  let chat: ChatEntity;
  /** The chats of the turns that were begun, and the turns; each turn fails when it may, or is interrupted. */
  let begun: ChatEntity[];
  let order: string[];
  let feed: EventFeed;
  let mayEnd: PromiseWithResolvers<void>;
  /** Threads of the chats that were deleted. */
  let deleted: string[];

  const threads = {
    doubtfulBefore: () => Promise.resolve([]),
    lease: async ({ chat: of, turn }: ComingTurn, { signal }: { signal: AbortSignal }) => {
      begun.push({ ...of });
      order.push(turn.id);
      await Promise.race([mayEnd.promise, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      throw new Error('this turn ends here');
    },
    remove: (_: ChatRef, threadIds: string[]) => Promise.resolve(deleted.push(...threadIds)),
  } as unknown as ChatThreads;

  beforeEach(async () => {
    database = await openDatabase();
    chat = await database.read.findOneByOrFail(ChatEntity, { id: await addChat(database) });
    [begun, order, deleted] = [[], [], []];
    mayEnd = Promise.withResolvers();
    const [pool, logger] = [new PoolConfig(), silent];
    feed = new EventFeed();
    log = new EventLog(database, feed);
    queue = new TurnQueue(pool, new ChatConfig());
    const desk = { closeTurn: () => ({ events: [] }) } as unknown as ApprovalDesk;
    const services = new TurnServices(pool, logger, threads, log, desk);
    schedulerOn = (of) => new TurnScheduler(services, of, queue);
    scheduler = schedulerOn(database);
  });
  afterEach(async () => {
    await scheduler.stop(0);
    await closeDatabase(database);
  });

  /** Sends a message, with the chat as it was at the beginning of the test. */
  const send = (to: EventLog = log) => {
    const pool = { admits: () => true } as unknown as AppServerPool;
    const backends = { find: () => ({}) } as unknown as BackendRegistry;
    const directory = { find: () => Promise.resolve({ ...chat }) } as unknown as ChatDirectory;
    const intake = new MessageIntake(database, backends, directory, new TurnIntake(queue, to, scheduler, pool));
    return intake.accept({ id: USER_ID, isAdmin: false }, chat.id, { content: 'hello' });
  };
  const sendThree = async () => {
    for (let sent = 0; sent < 3; sent += 1) await send();
  };
  const remove = (from: Database) => new ChatRemoval(from, scheduler, threads, log, feed, silent).remove(chat);
  /** The database, to which `before` happens first. */
  const delayed = (before: () => Promise<unknown> | undefined): Database =>
    ({
      read: new Proxy(database.read, {
        get: (read, name) => {
          const value: unknown = Reflect.get(read, name);
          if (name !== 'find' && name !== 'findOne') return value;
          return async (...args: unknown[]): Promise<unknown> => {
            await before();
            return (value as (...all: unknown[]) => unknown).apply(read, args);
          };
        },
      }),
    }) as unknown as Database;
  const allEnded = () =>
    eventually(
      'every turn ends',
      async () => (await database.read.countBy(TurnEntity, { status: In(['failed', 'interrupted']) })) === 3,
    );

  it('leave the queue with their chat when it is deleted', async () => {
    await scheduler.open();
    await sendThree();
    await remove(database);
    expect(queue.length).toBe(0);
    expect(scheduler.runningTurns).toBe(0);
  });

  it('take the thread along that their chat has got while it was being deleted', async () => {
    await scheduler.open();
    await send();
    await eventually('the turn begins', () => begun.length === 1);
    const removed = remove(database);
    await database.write(update(ChatEntity, { id: chat.id }, { codexThreadId: 'of its first turn' }));
    await removed;
    expect(deleted).toEqual(['of its first turn']);
  });

  it('run when their chat could not be deleted', async () => {
    await sendThree();
    await scheduler.open();
    mayEnd.resolve();
    await expect(remove(FULL)).rejects.toBeInstanceOf(StorageUnavailableError);
    await allEnded();
    expect(queue.length).toBe(0);
  });

  it('do not run while their chat is being deleted by another, too, which may yet succeed', async () => {
    await sendThree();
    await scheduler.open();
    const mayWrite = Promise.withResolvers<void>();
    const slow = { write: (run: Write<unknown>) => mayWrite.promise.then(() => database.write(run)) } as Database;
    const removed = remove(slow);
    await expect(remove(FULL)).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(scheduler.current(chat.id)).toBeUndefined();
    await send();
    expect(begun).toEqual([]);
    mayWrite.resolve();
    await removed;
    expect([begun, queue.length]).toEqual([[], 0]);
  });

  it('keep their places while their chat is closed', async () => {
    await sendThree();
    await scheduler.open();
    await scheduler.close(chat.id);
    expect([begun.length, queue.length]).toEqual([0, 3]);
    scheduler.reopen({ chatId: chat.id, userId: USER_ID });
    mayEnd.resolve();
    await allEnded();
    expect(queue.length).toBe(0);
  });

  it('end with their chat when it is deleted, and so do its streams', async () => {
    await scheduler.open();
    await sendThree();
    const onClosed = jest.fn();
    feed.subscribe(chat.id, { onEvents: () => undefined, onClosed });
    await eventually('one has begun', () => begun.length === 1);
    await remove(database);
    expect(scheduler.current(chat.id)).toBeUndefined();
    expect(onClosed).toHaveBeenCalledTimes(1);
    expect(log.publishedSeq(chat.id)).toBeUndefined();
  });

  it('do not count when their message could not be stored', async () => {
    const full = { append: () => FULL.write(() => Promise.resolve()) } as unknown as EventLog;
    await expect(send(full)).rejects.toBeInstanceOf(StorageUnavailableError);
    expect(queue.length).toBe(0);
  });

  it('run in their order when a message comes before those are found that waited', async () => {
    const found = Promise.withResolvers<void>();
    const { turnId: first } = await send();
    scheduler = schedulerOn(delayed(() => found.promise));
    const opened = scheduler.open();
    const { turnId: second } = await send();
    found.resolve();
    await opened;
    mayEnd.resolve();
    await eventually('both have begun', () => order.length === 2);
    expect(order).toEqual([first, second]);
  });

  it('run when the database could not be read at first', async () => {
    let faults = 1;
    scheduler = schedulerOn(delayed(() => (faults-- > 0 ? Promise.reject(new Error('locked')) : undefined)));
    await send();
    faults = 0;
    await scheduler.open();
    faults = 1;
    mayEnd.resolve();
    await eventually('the turn begins', () => order.length === 1);
    expect(faults).toBeLessThan(1);
  });

  it('run when it could not be read at first what codex may not know of their chat', async () => {
    jest.spyOn(threads, 'doubtfulBefore').mockRejectedValueOnce(new Error('locked'));
    await scheduler.open();
    mayEnd.resolve();
    await send();
    await eventually('the turn begins', () => order.length === 1);
    expect(threads.doubtfulBefore).toHaveBeenCalledTimes(2);
  });

  it('run with their chat as it is then, not as it was when their message came', async () => {
    await scheduler.open();
    await database.write(update(ChatEntity, { id: chat.id }, { codexThreadId: 'of an earlier turn' }));
    await send();
    await eventually('the turn begins', () => begun.length === 1);
    expect(begun[0]?.codexThreadId).toBe('of an earlier turn');
  });
});
