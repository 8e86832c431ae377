import { personalProjectId } from '../../../src/access/personal-project';
import { Access } from '../../../src/access/access';
import { ChatList, ChatListPage } from '../../../src/chat/chat-list';
import { ChatsQueryDto } from '../../../src/chat/dto/chats-query.dto';
import { ApprovalEntity } from '../../../src/chat/entities/approval.entity';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { newId } from '../../../src/common/ids';
import { insert, update } from '../../../src/database/rows';
import { ChatFixture } from '../../support/chat-fixture';
import { addUser, newChat, USER_ID } from '../../support/stored-chat';
import { newTurn } from '../../support/stored-turn';

const USER = { id: USER_ID, isAdmin: true };
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('the list of chats', () => {
  let fixture: ChatFixture;
  let list: ChatList;

  beforeEach(async () => {
    fixture = await ChatFixture.open();
    list = new ChatList(fixture.database, fixture.directory, new Access(fixture.database));
    await addUser(fixture.database);
    await addUser(fixture.database, 'somebody else');
  });
  afterEach(() => fixture.close());

  async function addChat(minute: number, change: Partial<ChatEntity> = {}): Promise<string> {
    const chat = { ...newChat(newId()), updatedAt: at(minute), ...change };
    await fixture.database.write(insert(ChatEntity, chat));
    return chat.id;
  }

  async function addTurn(chatId: string, status: TurnEntity['status']): Promise<TurnEntity> {
    const turn = newTurn(chatId, { status });
    await fixture.database.write(insert(TurnEntity, turn));
    return turn;
  }

  async function ask({ id: turnId, chatId, userId }: TurnEntity): Promise<void> {
    const approval: ApprovalEntity = {
      ...{
        id: newId(),
        userId,
        chatId,
        turnId,
        seq: 1,
        itemId: null,
        kind: 'command',
        request: {},
        decisions: ['accept'],
      },
      ...{
        status: 'pending',
        decision: null,
        ruleIds: null,
        createdAt: at(0),
        expiresAt: at(9),
        resolvedAt: null,
        resolvedBy: null,
      },
    };
    await fixture.database.write(insert(ApprovalEntity, approval));
  }

  const read = (query: Partial<ChatsQueryDto> = {}): Promise<ChatListPage> =>
    list.page(USER, Object.assign(new ChatsQueryDto(), query));
  const idsOf = ({ data }: ChatListPage): string[] => data.map(({ id }) => id);

  it('has the last used chat first, or the newest', async () => {
    const [used, idle] = [await addChat(5), await addChat(1)];
    await addChat(9, { userId: 'somebody else', projectId: personalProjectId('somebody else') });
    expect(idsOf(await read())).toEqual([used, idle]);
    expect(idsOf(await read({ sort: 'created' }))).toEqual([idle, used]);
  });

  it.each(['activity', 'created'] as const)('gives by %s every chat once, page by page', async (sort) => {
    const ids: string[] = [];
    // Some were used at the same time.
    for (let n = 0; n < 12; n += 1) ids.push(await addChat(Math.floor(n / 5)));
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: ChatListPage = await read({ sort, limit: 5, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...idsOf(page));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids.toReversed());
    await expect(read({ sort, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('meets no chat twice, and skips none but those that moved to the front, when chats are used meanwhile', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 9; n += 1) ids.push(await addChat(n));
    const first = await read({ limit: 3 });
    const [seenBefore, notYet] = [ids[7] ?? '', ids[1] ?? ''];
    for (const id of [seenBefore, notYet])
      await fixture.database.write(update(ChatEntity, { id }, { updatedAt: at(60) }));
    const rest = await read({ limit: 100, ...(first.nextCursor === null ? {} : { cursor: first.nextCursor }) });
    expect(idsOf(rest)).toEqual([5, 4, 3, 2, 0].map((n) => ids[n]));
    expect(idsOf(await read({ limit: 2 })).toSorted()).toEqual([seenBefore, notYet].toSorted());
  });

  it('goes by state, and counts those that wait for an approval', async () => {
    const [idle, running, queued, waiting] = [await addChat(1), await addChat(2), await addChat(3), await addChat(4)];
    await addTurn(idle, 'completed');
    await addTurn(running, 'running');
    await addTurn(queued, 'queued');
    const turn = await addTurn(waiting, 'running');
    await ask(turn);
    await ask(turn);
    expect(idsOf(await read({ status: 'idle' }))).toEqual([idle]);
    expect(idsOf(await read({ status: 'running' }))).toEqual([queued, running]);
    const page = await read({ status: 'waiting_for_approval' });
    expect(idsOf(page)).toEqual([waiting]);
    expect(page.data[0]?.status).toBe('waiting_for_approval');
    expect(await read({ status: 'idle' })).toMatchObject({ waitingCount: 1 });
    expect(await read({ archived: true })).toMatchObject({ data: [], waitingCount: 0 });
  });

  it('goes by backend', async () => {
    await addChat(1);
    const other = await addChat(2, { backend: 'other' });
    expect(idsOf(await read({ backend: 'other' }))).toEqual([other]);
    expect(idsOf(await read({ backend: 'none' }))).toEqual([]);
  });

  it('reads no chat that it does not show', async () => {
    for (let n = 0; n < 50; n += 1) await addChat(n);
    const sql = fixture.database.read
      .createQueryBuilder(ChatEntity, 'chat')
      .select('chat.id')
      .where("chat.userId = 'default' AND chat.archived = :archived", { archived: false })
      .orderBy('chat.updatedAt', 'DESC')
      .addOrderBy('chat.id', 'DESC')
      .limit(3);
    if (fixture.database.read.connection.options.type === 'postgres') return;
    const [text, parameters] = sql.getQueryAndParameters();
    const plan = JSON.stringify(await fixture.database.read.query(`EXPLAIN QUERY PLAN ${text}`, parameters));
    expect(plan).toContain('chat_sessions_activity');
    expect(plan).not.toContain('TEMP B-TREE');
  });
});
