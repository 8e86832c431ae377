import pino from 'pino';
import { ChatRemoval } from '../../../src/chat/chat-removal';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import type { ChatRef } from '../../../src/chat/event-log/log-entry';
import type { ChatThreads } from '../../../src/chat/turns/chat-threads';
import type { TurnScheduler } from '../../../src/chat/turns/turn-scheduler';
import { newId } from '../../../src/common/ids';
import { Database } from '../../../src/database/database';
import { insert, update } from '../../../src/database/rows';
import { LlmSession } from '../../../src/gateway/llm-session.entity';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat, USER_ID } from '../../support/stored-chat';

describe('a chat that is deleted', () => {
  let database: Database;
  let removal: ChatRemoval;
  /** Whether codex and the disk can be reached. */
  let works: boolean;
  /** Chats whose threads and folder are gone, with the threads. */
  let gone: [string, string[]][];

  beforeEach(async () => {
    database = await openDatabase();
    [works, gone] = [true, []];
    const scheduler = { close: () => Promise.resolve(), forget: () => undefined } as unknown as TurnScheduler;
    const remove = async ({ chatId }: ChatRef, threadIds: string[]): Promise<void> => {
      await Promise.resolve();
      if (!works) throw new Error('codex does not answer');
      gone.push([chatId, threadIds]);
    };
    const threads = { remove } as unknown as ChatThreads;
    const feed = new EventFeed();
    const logger = pino({ level: 'silent' });
    removal = new ChatRemoval(database, scheduler, threads, new EventLog(database, feed), feed, logger);
  });
  afterEach(() => closeDatabase(database));

  /** A chat whose second thread has taken the place of its first. */
  const chatWithThreads = async (): Promise<ChatEntity> => {
    const id = await addChat(database);
    const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
    const session = { userId: USER_ID, chatId: id, backend: 'demo', model: null, ...times };
    for (const codexThreadId of [`${id}-1`, `${id}-2`])
      await database.write(insert(LlmSession, { ...session, id: newId(), codexThreadId }));
    await database.write(update(ChatEntity, { id }, { codexThreadId: `${id}-2` }));
    return database.read.findOneByOrFail(ChatEntity, { id });
  };
  const left = () => database.read.find(RemovedChat);

  it('takes all threads along that it ever had', async () => {
    const chat = await chatWithThreads();
    await removal.remove(chat);
    expect(gone.map(([id, threads]) => [id, threads.sort()])).toEqual([[chat.id, [`${chat.id}-1`, `${chat.id}-2`]]]);
    expect(await left()).toEqual([]);
  });

  it('is gone for its user although codex or the disk cannot be reached, and wholly after the next start', async () => {
    works = false;
    const chats = [await chatWithThreads(), await chatWithThreads()];
    for (const chat of chats) await removal.remove(chat);
    expect(await database.read.count(ChatEntity)).toBe(0);
    await removal.resume(() => false);
    expect(await left()).toHaveLength(2);

    works = true;
    await removal.resume(() => true);
    expect(gone).toEqual([]);
    await removal.resume(() => false);
    expect(gone.map(([id]) => id).sort()).toEqual(chats.map(({ id }) => id).sort());
    expect(await left()).toEqual([]);
  });

  it('may be deleted twice at once', async () => {
    const chat = await chatWithThreads();
    await Promise.all([removal.remove(chat), removal.remove(chat)]);
    expect(gone).toHaveLength(1);
    expect(await left()).toEqual([]);
  });
});
