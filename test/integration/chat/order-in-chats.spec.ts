import { Access } from '../../../src/access/access';
import { Authors } from '../../../src/access/authors';
import type { AgentTurn } from '../../../src/app-server/agent/agent-turn';
import type { AgentThread } from '../../../src/app-server/agent/agent-thread';
import { ChatHistory } from '../../../src/chat/chat-history';
import { AgentActionEntity } from '../../../src/chat/entities/agent-action.entity';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { NO_USAGE } from '../../../src/chat/entities/token-usage.dto';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { PublishedText } from '../../../src/chat/event-log/published-text';
import { ThreadHistory } from '../../../src/chat/turns/thread-history';
import { chatUsed, insertTurn } from '../../../src/chat/turns/turn-state';
import { newId } from '../../../src/common/ids';
import { insert } from '../../../src/database/rows';
import { ChatFixture } from '../../support/chat-fixture';
import { upTo } from '../../support/event-record';
import { newMessage, newTurn } from '../../support/stored-turn';

describe('the order inside of a chat', () => {
  let chats: ChatFixture;
  let chat: ChatEntity;
  let history: ChatHistory;
  let turns: TurnEntity[];

  const user = (): { id: string; isAdmin: boolean } => ({ id: chat.userId, isAdmin: false });

  /** Three turns, stored by processes whose ids fall: the clock of each was behind that of the one before it. */
  beforeEach(async () => {
    chats = await ChatFixture.open();
    chat = await chats.addChat();
    const { database, directory } = chats;
    const published = new PublishedText(database);
    history = new ChatHistory(database, directory, published, new Access(database), new Authors(database));
    const [last, middle, first] = upTo(3).map(() => newId());
    turns = [first, middle, last].map((id, index) =>
      newTurn(chat.id, { id, userId: chat.userId, ordinal: index + 1, status: 'interrupted' }),
    );
    await chats.database.write(insert(TurnEntity, turns));
    const ids = upTo(6).map(() => newId());
    // The second and the third were queued before the first was answered.
    const placed = turns.flatMap((turn, index) => [
      { ...newMessage(turn, 'user', `question ${index}`), id: ids[5 - index * 2] ?? '', seq: index + 1 },
      { ...newMessage(turn, 'assistant', `answer ${index}`), id: ids[4 - index * 2] ?? '', seq: index + 10 },
    ]);
    await chats.database.write(insert(MessageEntity, placed));
    const common = { userId: chat.userId, chatId: chat.id, turnId: first ?? '', data: {}, startedAt: '', endedAt: '' };
    const actions = [newId(), newId()].reverse().map((id, index): AgentActionEntity => {
      return { ...common, id, seq: index + 20, kind: 'command', status: 'completed', title: `step ${index}` };
    });
    await chats.database.write(insert(AgentActionEntity, actions));
  });
  afterEach(() => chats.close());

  async function pages<T>(read: (cursor?: string) => Promise<{ data: T[]; nextCursor: string | null }>): Promise<T[]> {
    const found: T[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await read(cursor);
      found.push(...page.data);
      cursor = page.nextCursor;
    }
    return found;
  }

  it('is that of their acceptance in every page of turns, messages and agent actions, whatever their ids are', async () => {
    const limit = 1;
    const listed = await pages((cursor) => history.turns(user(), chat.id, { limit, cursor }));
    expect(listed.map(({ id }) => id)).toEqual(turns.map(({ id }) => id));
    const messages = await pages((cursor) => history.messages(user(), chat.id, { limit, cursor }));
    expect(messages.map(({ content }) => content)).toEqual(
      upTo(3).flatMap((number) => [
        [{ type: 'text', text: `question ${number - 1}` }],
        [{ type: 'text', text: `answer ${number - 1}` }],
      ]),
    );
    const actions = await pages((cursor) => history.agentActions(user(), chat.id, { limit, cursor }));
    expect(actions.map(({ title }) => title)).toEqual(['step 0', 'step 1']);
  });

  it.each(['messages', 'turns'] as const)('refuses a cursor of an older form for %s', async (list) => {
    const cursor = Buffer.from(newId()).toString('base64url');
    await expect(history[list](user(), chat.id, { limit: 1, cursor })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  it('is that in which a thread gets the turns that it lacks', async () => {
    const threads = new ThreadHistory(chats.database, chats.pictures);
    const next = newTurn(chat.id, { userId: chat.userId, ordinal: 4 });
    const unsynced = await threads.unsyncedBefore(next);
    expect(unsynced.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
    const given: string[] = [];
    const thread = {
      ...{ isNew: true, isResumed: false, newestTurns: (): Promise<AgentTurn[]> => Promise.resolve([]) },
      restoreHistory: (messages: readonly MessageEntity[]): Promise<boolean> => {
        given.push(
          ...messages.flatMap(({ content }) => content.map((part) => (part.type === 'text' ? part.text : ''))),
        );
        return Promise.resolve(true);
      },
    } as unknown as AgentThread;
    await threads.restore(thread, next, { unsynced, rows: [], signal: new AbortController().signal });
    expect(given).toEqual(upTo(3).flatMap((number) => [`question ${number - 1}`, `answer ${number - 1}`]));
  });

  it('gives each turn the next number of its chat, also when many are stored at once', async () => {
    const more = upTo(20).map(() => newTurn(chat.id, { userId: chat.userId, ordinal: 0 }));
    await Promise.all(more.map((turn) => chats.database.write(insertTurn(turn))));
    expect(more.map(({ ordinal }) => ordinal).sort((a, b) => a - b)).toEqual(upTo(20).map((number) => number + 3));
  });

  it('adds up the tokens of a chat in the database, whoever adds to them', async () => {
    const used = { ...NO_USAGE, inputTokens: 2, totalTokens: 3 };
    await Promise.all(upTo(10).map(() => chats.database.write(chatUsed(chat.id, used))));
    const { usage } = await chats.directory.view(user(), chat.id);
    expect(usage).toEqual({ ...NO_USAGE, inputTokens: 20, totalTokens: 30 });
  });
});
