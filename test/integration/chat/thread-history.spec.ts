import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { ThreadHistory } from '../../../src/chat/turns/thread-history';
import { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { FakeThread, recordOf } from '../../support/fake-agent';
import { NO_PICTURES } from '../../support/no-pictures';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat } from '../../support/stored-chat';
import { newMessage, newTurn } from '../../support/stored-turn';

const NEVER = new AbortController().signal;

describe('the history that a thread is given', () => {
  let database: Database;
  let threadHistory: ThreadHistory;

  beforeEach(async () => {
    database = await openDatabase();
    threadHistory = new ThreadHistory(database, NO_PICTURES);
  });
  afterEach(() => closeDatabase(database));

  /** A turn that was interrupted, with its question. */
  async function asked(chatId: string, userId: string, text: string): Promise<TurnEntity> {
    const turn = newTurn(chatId, { userId, status: 'interrupted' });
    await database.write(insert(TurnEntity, turn));
    await database.write(insert(MessageEntity, newMessage(turn, 'user', text)));
    return turn;
  }

  const threadOf = (isNew: boolean) => Object.assign(new FakeThread(), { isNew });
  const historyOf = ({ history }: FakeThread): string => JSON.stringify(history);

  it.each([
    ['a new thread', true],
    ['one that lacks something', false],
  ])('is nothing of another chat, of the same user or of another: %s', async (_, isNew) => {
    const [ada, hers, bob] = [
      await addChat(database, 'ada'),
      await addChat(database, 'ada'),
      await addChat(database, 'bob'),
    ];
    await asked(hers, 'ada', 'in another chat');
    await asked(bob, 'bob', 'of another user');
    const earlier = await asked(ada, 'ada', 'in this chat');
    const turn = newTurn(ada, { userId: 'ada' });
    const unsynced = await threadHistory.unsyncedBefore(turn);
    expect(unsynced.map(({ id }) => id)).toEqual([earlier.id]);
    const thread = threadOf(isNew);
    await threadHistory.restore(thread, turn, { unsynced, rows: [], signal: NEVER });
    expect(historyOf(thread)).toContain('in this chat');
    expect(historyOf(thread)).not.toMatch(/another/);
  });

  it('is given once, also when the turn that it was given for never starts', async () => {
    const chatId = await addChat(database);
    await asked(chatId, 'default', 'before');
    const turn = newTurn(chatId);
    const keep = jest.fn(() => Promise.resolve());
    const unsynced = await threadHistory.unsyncedBefore(turn);
    const terms = { unsynced, rows: [keep], signal: NEVER };
    expect(await threadHistory.restore(threadOf(false), turn, terms)).toEqual([]);
    expect(keep).toHaveBeenCalledTimes(1);
    expect(await threadHistory.unsyncedBefore(newTurn(chatId))).toEqual([]);
  });

  it('is nothing of messages that wait behind this one', async () => {
    const chatId = await addChat(database);
    const earlier = await asked(chatId, 'default', 'before');
    const turn = newTurn(chatId);
    const later = newTurn(chatId);
    await database.write(insert(TurnEntity, [turn, later]));
    await database.write(insert(MessageEntity, newMessage(later, 'user', 'behind')));
    expect((await threadHistory.unsyncedBefore(turn)).map(({ id }) => id)).toEqual([earlier.id]);
    const thread = threadOf(true);
    await threadHistory.restore(thread, turn, { unsynced: [], rows: [], signal: NEVER });
    expect(historyOf(thread)).toMatch(/before/);
    expect(historyOf(thread)).not.toMatch(/behind/);
  });

  it.each([
    ['what of completed turns is missing on disk where it was loaded from there', true, 'lost'],
    ['nothing of completed turns where it was in memory all the time', false, ''],
  ])('is %s', async (_, isResumed, expected) => {
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
    const thread = Object.assign(new FakeThread(), { isResumed });
    const userMessages = [{ id: clientId, content: [] }];
    thread.onNewestTurns = () => Promise.resolve([recordOf('interrupted'), recordOf('completed', { userMessages })]);
    await threadHistory.restore(thread, newTurn(chatId), { unsynced: [], rows: [], signal: NEVER });
    expect(historyOf(thread)).not.toContain('kept');
    expect(historyOf(thread)).toContain(expected);
    expect(thread.history.length === 0).toBe(expected === '');
  });
});
