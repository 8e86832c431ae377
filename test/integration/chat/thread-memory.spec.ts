import type { ThreadLease } from '../../../src/app-server/pool/thread-lease';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { ThreadMemory } from '../../../src/chat/turns/thread-memory';
import { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat } from '../../support/stored-chat';
import { newMessage, newTurn } from '../../support/stored-turn';

describe('what a thread is told of its chat', () => {
  let database: Database;
  let memory: ThreadMemory;
  let told: string;

  beforeEach(async () => {
    database = await openDatabase();
    memory = new ThreadMemory(database);
    told = '';
  });
  afterEach(() => closeDatabase(database));

  /** A turn that was interrupted, with its question. */
  async function asked(chatId: string, userId: string, text: string): Promise<TurnEntity> {
    const turn = newTurn(chatId, { userId, status: 'interrupted' });
    await database.write(insert(TurnEntity, turn));
    await database.write(insert(MessageEntity, newMessage(turn, 'user', text)));
    return turn;
  }

  const lease = (isNewThread: boolean) =>
    ({
      isNewThread,
      inject: (items: unknown) => Promise.resolve(void (told = JSON.stringify(items))),
      newestTurns: () => Promise.resolve([]),
    }) as unknown as ThreadLease;

  it.each([
    ['a new thread', true],
    ['one that lacks something', false],
  ])('is nothing of another chat, of the same user or of another: %s', async (_, isNewThread) => {
    const [ada, hers, bob] = [
      await addChat(database, 'ada'),
      await addChat(database, 'ada'),
      await addChat(database, 'bob'),
    ];
    await asked(hers, 'ada', 'in another chat');
    await asked(bob, 'bob', 'of another user');
    const earlier = await asked(ada, 'ada', 'in this chat');
    const turn = newTurn(ada, { userId: 'ada' });
    const unsynced = await memory.unsyncedBefore(turn);
    expect(unsynced.map(({ id }) => id)).toEqual([earlier.id]);
    await memory.restore(lease(isNewThread), turn, unsynced, []);
    expect(told).toContain('in this chat');
    expect(told).not.toMatch(/another/);
  });

  it('is told once, also when the turn that it was told for never starts', async () => {
    const chatId = await addChat(database);
    await asked(chatId, 'default', 'before');
    const turn = newTurn(chatId);
    const keep = jest.fn(() => Promise.resolve());
    expect(await memory.restore(lease(false), turn, await memory.unsyncedBefore(turn), [keep])).toEqual([]);
    expect(keep).toHaveBeenCalledTimes(1);
    expect(await memory.unsyncedBefore(newTurn(chatId))).toEqual([]);
  });

  it('is nothing of messages that wait behind this one', async () => {
    const chatId = await addChat(database);
    const earlier = await asked(chatId, 'default', 'before');
    const turn = newTurn(chatId);
    const later = newTurn(chatId);
    await database.write(insert(TurnEntity, [turn, later]));
    await database.write(insert(MessageEntity, newMessage(later, 'user', 'behind')));
    expect((await memory.unsyncedBefore(turn)).map(({ id }) => id)).toEqual([earlier.id]);
    await memory.restore(lease(true), turn, [], []);
    expect(told).toMatch(/before/);
    expect(told).not.toMatch(/behind/);
  });

  it.each([
    ['what of completed turns is missing on disk where it was loaded from there', true, 'lost'],
    ['nothing of completed turns where it was in memory all the time', false, ''],
  ])('is %s', async (_, isResumedThread, expected) => {
    const chatId = await addChat(database);
    const completed = async (text: string): Promise<string> => {
      const earlier = newTurn(chatId, { status: 'completed', synced: true });
      const message = newMessage(earlier, 'user', text);
      await database.write(insert(TurnEntity, earlier));
      await database.write(insert(MessageEntity, message));
      return message.id;
    };
    const clientId = await completed('kept');
    await completed('lost');
    const newestTurns = () => Promise.resolve([{ items: [] }, { items: [{ type: 'userMessage', clientId }] }]);
    const resumed = { ...lease(false), isResumedThread, newestTurns } as unknown as ThreadLease;
    await memory.restore(resumed, newTurn(chatId), [], []);
    expect(told).not.toContain('kept');
    expect(told).toContain(expected);
    expect(told === '').toBe(expected === '');
  });
});
