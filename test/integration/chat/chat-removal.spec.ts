import type { ChatRemoval } from '../../../src/chat/chat-removal';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { newId } from '../../../src/common/ids';
import { Database } from '../../../src/database/database';
import { insert, update } from '../../../src/database/rows';
import { LlmSession } from '../../../src/chat/entities/llm-session.entity';
import { ChatFixture } from '../../support/chat-fixture';
import { addChat, USER_ID } from '../../support/stored-chat';

describe('a chat that is deleted', () => {
  let chats: ChatFixture;
  let database: Database;
  let removal: ChatRemoval;
  /** Whether codex can be reached. */
  let works: boolean;

  beforeEach(async () => {
    chats = await ChatFixture.open();
    ({ database } = chats);
    works = true;
    chats.agent.onDelete = () => (works ? Promise.resolve() : Promise.reject(new Error('codex does not answer')));
    removal = chats.removalOn(chats.scheduler);
  });
  afterEach(() => chats.close());

  const gone = () => chats.agent.deleted.map(({ chatId, threadIds }) => [chatId, threadIds.toSorted()]);
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
    expect(gone()).toEqual([[chat.id, [`${chat.id}-1`, `${chat.id}-2`]]]);
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
    expect(gone()).toEqual([]);
    await removal.resume(() => false);
    expect(
      gone()
        .map(([id]) => id)
        .sort(),
    ).toEqual(chats.map(({ id }) => id).sort());
    expect(await left()).toEqual([]);
  });

  it('may be deleted twice at once', async () => {
    const chat = await chatWithThreads();
    await Promise.all([removal.remove(chat), removal.remove(chat)]);
    expect(gone()).toHaveLength(1);
    expect(await left()).toEqual([]);
  });
});
