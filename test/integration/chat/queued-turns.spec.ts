import pino from 'pino';
import { In } from 'typeorm';
import type { AppServerPool } from '../../../src/app-server/pool/app-server-pool';
import { ChatDirectory } from '../../../src/chat/chat-directory';
import { ChatRemoval } from '../../../src/chat/chat-removal';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { MessageIntake } from '../../../src/chat/message-intake';
import type { ApprovalDesk } from '../../../src/chat/approvals/approval-desk';
import type { ChatThreads } from '../../../src/chat/turns/chat-threads';
import { TurnIntake } from '../../../src/chat/turns/turn-intake';
import { TurnQueue } from '../../../src/chat/turns/turn-queue';
import { TurnScheduler } from '../../../src/chat/turns/turn-scheduler';
import { TurnServices } from '../../../src/chat/turns/turn-services';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { Database } from '../../../src/database/database';
import { update } from '../../../src/database/rows';
import { StorageUnavailableError } from '../../../src/database/storage-fault';
import type { BackendRegistry } from '../../../src/gateway/backends/backend-registry';
import { schema } from '../../../src/schema';
import { eventually } from '../../support/eventually';
import { addChat, USER_ID } from '../../support/stored-chat';
import { TemporaryFolder } from '../../support/temporary-folder';

const FULL = {
  write: () => Promise.reject(new StorageUnavailableError(new Error('disk full'))),
} as unknown as Database;

describe('the turns that wait in a chat', () => {
  let folder: TemporaryFolder;
  let database: Database;
  let log: EventLog;
  let queue: TurnQueue;
  let scheduler: TurnScheduler;
  let chat: ChatEntity;
  /** The chats of the turns that were begun; each turn fails when it may, or is interrupted. */
  let begun: ChatEntity[];
  let mayEnd: PromiseWithResolvers<void>;

  const threads = {
    lease: async (of: ChatEntity, _turn: TurnEntity, { signal }: { signal: AbortSignal }) => {
      begun.push({ ...of });
      await Promise.race([mayEnd.promise, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
      throw new Error('this turn ends here');
    },
    delete: () => Promise.resolve(),
  } as unknown as ChatThreads;

  beforeEach(async () => {
    folder = new TemporaryFolder();
    database = new Database(folder.path, schema);
    await database.open();
    chat = await database.read.findOneByOrFail(ChatEntity, { id: await addChat(database) });
    begun = [];
    mayEnd = Promise.withResolvers();
    const [pool, logger] = [new PoolConfig(), pino({ level: 'silent' })];
    log = new EventLog(database, new EventFeed());
    queue = new TurnQueue(pool, new ChatConfig());
    const desk = { closeTurn: () => ({ events: [] }) } as unknown as ApprovalDesk;
    scheduler = new TurnScheduler(new TurnServices(pool, logger, threads, log, desk), database, queue);
  });
  afterEach(async () => {
    await scheduler.stop(0);
    await database.close();
    folder.remove();
  });

  /** Sends a message, with the chat as it was at the beginning of the test. */
  const send = () => {
    const pool = { admits: () => true } as unknown as AppServerPool;
    const backends = { find: () => ({}) } as unknown as BackendRegistry;
    const directory = { find: () => Promise.resolve({ ...chat }) } as unknown as ChatDirectory;
    const intake = new MessageIntake(database, backends, directory, new TurnIntake(queue, log, scheduler, pool));
    return intake.accept({ id: USER_ID, isAdmin: false }, chat.id, { content: 'hello' });
  };
  const sendThree = async () => {
    for (let sent = 0; sent < 3; sent += 1) await send();
  };
  const remove = (from: Database) => new ChatRemoval(from, scheduler, threads, log, new EventFeed()).remove(chat);
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

  it('run when their chat could not be deleted', async () => {
    await sendThree();
    await scheduler.open();
    mayEnd.resolve();
    await expect(remove(FULL)).rejects.toBeInstanceOf(StorageUnavailableError);
    await allEnded();
    expect(queue.length).toBe(0);
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

  it('run with their chat as it is then, not as it was when their message came', async () => {
    await scheduler.open();
    await database.write(update(ChatEntity, { id: chat.id }, { codexThreadId: 'of an earlier turn' }));
    await send();
    await eventually('the turn begins', () => begun.length === 1);
    expect(begun[0]?.codexThreadId).toBe('of an earlier turn');
  });
});
