import { Access } from '../../../src/access/access';
import { Authors } from '../../../src/access/authors';
import { User } from '../../../src/auth/user';
import { AgentPolicies } from '../../../src/chat/agent-policies';
import { ChatDirectory } from '../../../src/chat/chat-directory';
import { ChatList } from '../../../src/chat/chat-list';
import { ChatsQueryDto } from '../../../src/chat/dto/chats-query.dto';
import { ChatHistory } from '../../../src/chat/chat-history';
import { AgentActionEntity } from '../../../src/chat/entities/agent-action.entity';
import { PublishedText } from '../../../src/chat/event-log/published-text';
import { newId } from '../../../src/common/ids';
import { ChatConfig } from '../../../src/config/chat.config';
import { PoolConfig } from '../../../src/config/pool.config';
import { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { addChat } from '../../support/stored-chat';

const userOf = (id: string): User => ({ id, isAdmin: false });
const PAGE = { archived: false, limit: 50 };

describe("what belongs to one user is not another's", () => {
  const [ada, bob] = [userOf('ada'), userOf('bob')];
  let database: Database;
  let directory: ChatDirectory;
  let history: ChatHistory;
  let chatOfAda: string;
  let actionOfAda: string;

  beforeAll(async () => {
    database = await openDatabase();
    const policies = new AgentPolicies(new ChatConfig(), new PoolConfig());
    const access = new Access(database);
    directory = new ChatDirectory(database, access, policies);
    history = new ChatHistory(database, directory, new PublishedText(database), access, new Authors(database));
    chatOfAda = await addChat(database, ada.id);
    await addChat(database, bob.id);
    actionOfAda = newId();
    const action: AgentActionEntity = {
      ...{
        id: actionOfAda,
        userId: ada.id,
        chatId: chatOfAda,
        seq: 1,
        turnId: newId(),
        kind: 'command',
        status: 'completed',
      },
      ...{ title: 'ls', data: {}, startedAt: '', endedAt: '' },
    };
    await database.write(insert(AgentActionEntity, action));
  });
  afterAll(() => closeDatabase(database));

  it('in the list of chats', async () => {
    const chats = new ChatList(database, directory, new Access(database));
    const list = await chats.page(ada, new ChatsQueryDto());
    expect(list.data.map(({ id }) => id)).toEqual([chatOfAda]);
    expect((await chats.page(bob, new ChatsQueryDto())).data).toHaveLength(1);
  });

  it('by its id: it is not found, as if it were not there', async () => {
    await expect(directory.find(ada, chatOfAda, 'read')).resolves.toMatchObject({ id: chatOfAda });
    await expect(directory.find(bob, chatOfAda, 'read')).rejects.toMatchObject({ status: 404, code: 'chat_not_found' });
    await expect(history.agentAction(ada, actionOfAda)).resolves.toMatchObject({ id: actionOfAda });
    await expect(history.agentAction(bob, actionOfAda)).rejects.toMatchObject({ code: 'agent_action_not_found' });
  });

  it('in what has happened', async () => {
    expect((await history.agentActions(ada, chatOfAda, PAGE)).data).toHaveLength(1);
    for (const read of ['messages', 'turns', 'agentActions', 'pendingApprovals'] as const) {
      await expect(history[read](bob, chatOfAda, PAGE)).rejects.toMatchObject({ code: 'chat_not_found' });
    }
  });
});
