import pino from 'pino';
import { AgentActionEntity } from '../../../src/chat/entities/agent-action.entity';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { MessageEntity } from '../../../src/chat/entities/message.entity';
import { TurnEntity } from '../../../src/chat/entities/turn.entity';
import { SearchQueryDto } from '../../../src/chat/dto/search.dto';
import { ChatSearch } from '../../../src/chat/search/chat-search';
import { SearchIndexer } from '../../../src/chat/search/search-indexer';
import { newId } from '../../../src/common/ids';
import { now } from '../../../src/common/clock';
import { personalProjectId } from '../../../src/access/personal-project';
import { newUser, UserEntity } from '../../../src/auth/user.entity';
import { insert, update } from '../../../src/database/rows';
import { SearchIndex1796040000000 } from '../../../migrations/1796040000000-search-index';

import { closeDatabase, GatedDatabase, openDatabase } from '../../support/open-database';
import { eventually } from '../../support/eventually';
import { addChat, newChat, USER_ID } from '../../support/stored-chat';
import { newMessage, newTurn } from '../../support/stored-turn';

const LOGGER = pino({ level: 'silent' });
const user = (id: string) => ({ id, isAdmin: true });

describe('the search', () => {
  let database: GatedDatabase;
  let indexer: SearchIndexer;
  let search: ChatSearch;
  let chatId: string;

  beforeEach(async () => {
    database = await openDatabase();
    indexer = new SearchIndexer(database, LOGGER);
    search = new ChatSearch(database);
    chatId = await addChat(database);
  });
  afterEach(() => closeDatabase(database));

  async function addTurn(chat = chatId, userId = USER_ID): Promise<TurnEntity> {
    const turn = newTurn(chat, { userId, status: 'completed' });
    await database.write(insert(TurnEntity, turn));
    return turn;
  }

  async function say(text: string, change: Partial<MessageEntity> = {}, turn?: TurnEntity): Promise<MessageEntity> {
    const message = { ...newMessage(turn ?? (await addTurn()), 'assistant', text), ...change };
    await database.write(insert(MessageEntity, message));
    return message;
  }

  async function act(kind: AgentActionEntity['kind'], title: string): Promise<AgentActionEntity> {
    const { id: turnId } = await addTurn();
    const action: AgentActionEntity = {
      ...{ id: newId(), userId: USER_ID, chatId, turnId, seq: 1, kind, status: 'running', title, data: {} },
      ...{ startedAt: now(), endedAt: null },
    };
    await database.write(insert(AgentActionEntity, action));
    await database.write(update(AgentActionEntity, { id: action.id }, { status: 'completed', endedAt: now() }));
    return action;
  }

  const rename = (title: string, id = chatId) => database.write(update(ChatEntity, { id }, { title }));

  async function page(q: string, query: Partial<SearchQueryDto> = {}, userId = USER_ID) {
    await indexer.check();
    return search.search(user(userId), Object.assign(new SearchQueryDto(), { q, ...query }));
  }

  const find = async (q: string, query: Partial<SearchQueryDto> = {}, userId = USER_ID) =>
    (await page(q, query, userId)).data;
  const idsOf = (hits: readonly { id: string }[]): string[] => hits.map(({ id }) => id);

  it('finds titles, messages, commands and files', async () => {
    await rename('The zebra chat');
    const message = await say('A zebra has stripes.');
    const command = await act('command', 'cat zebra.txt');
    const change = await act('file_change', 'add docs/zebra.md, update src/horse.ts');
    await act('web_search', 'zebra');
    const hits = await find('zebra');
    expect(hits[0]).toMatchObject({ kind: 'title', id: chatId, chatId, chatTitle: 'The zebra chat', turnId: null });
    expect(hits.slice(1).map(({ kind, id }) => [kind, id])).toEqual(
      expect.arrayContaining([
        ['message', message.id],
        ['command', command.id],
        ['file', change.id],
      ]),
    );
    expect(hits).toHaveLength(4);
    expect(hits.find(({ kind }) => kind === 'message')).toMatchObject({
      ...{ turnId: message.turnId, role: 'assistant', chatArchived: false },
      snippet: [
        { text: 'A ', isMatch: false },
        { text: 'zebra', isMatch: true },
        { text: ' has stripes.', isMatch: false },
      ],
    });
    expect(idsOf(await find('zebra', { kind: 'file' }))).toEqual([change.id]);
  });

  it('never finds what belongs to somebody else', async () => {
    const other = await addChat(database, 'somebody else');
    await say('the secret word', { chatId: other, userId: 'somebody else' }, await addTurn(other, 'somebody else'));
    expect(await find('secret')).toEqual([]);
    expect(await find('secret', { chat: other })).toEqual([]);
    expect(await find('secret', {}, 'somebody else')).toHaveLength(1);
  });

  it('wants all words, the last one as a beginning, in whatever case and with whatever accents', async () => {
    const message = await say('Le Café ouvre à midi');
    for (const q of ['cafe', 'CAFÉ mid', 'ouvre caf', 'midi cafe', ' café, ']) {
      expect([q, idsOf(await find(q))]).toEqual([q, [message.id]]);
    }
    expect(await find('caf midi')).toEqual([]);
    expect(await find('cafe noir')).toEqual([]);
  });

  it('finds parts of texts in scripts without spaces', async () => {
    const message = await say('私は東京都に住んでいます');
    for (const q of ['東京', '京都', '京', '住んで', '東京都に']) expect(idsOf(await find(q))).toEqual([message.id]);
    expect(await find('大阪')).toEqual([]);
  });

  it('takes whatever is typed for words, and never for a query', async () => {
    const message = await say('a plain text with an "apostrophe" 🎉 OR near');
    const found = ['"plain', "plain'", 'plain OR', 'NEAR', 'plain*', '(plain', '🎉', 'a', 'plain\0text', 'words:plain'];
    for (const q of found.slice(0, -1)) expect([q, idsOf(await find(q))]).toEqual([q, [message.id]]);
    const harmless = [
      'words:plain',
      '""',
      '\0',
      "'; DROP TABLE messages; --",
      '\ud800',
      '%',
      '*',
      'x'.repeat(500),
      ':*&|!',
    ];
    for (const q of harmless) expect([q, await find(q)]).toEqual([q, []]);
  });

  it('forgets and finds anew what has changed', async () => {
    await rename('first name');
    expect(await find('first')).toHaveLength(1);
    await rename('second name');
    expect(await find('first')).toEqual([]);
    expect(await find('second')).toHaveLength(1);
    const message = await say('unfinished', { status: 'streaming' });
    expect(await find('unfinished')).toEqual([]);
    const content = [{ type: 'text' as const, text: 'now finished' }];
    await database.write(update(MessageEntity, { id: message.id }, { content, status: 'final' }));
    expect(await find('finished')).toHaveLength(1);
    await database.write(update(MessageEntity, { id: message.id }, { content, status: 'superseded' }));
    expect(await find('finished')).toEqual([]);
  });

  it('finds nothing of a deleted chat, and keeps nothing of it', async () => {
    await say('gone tomorrow');
    expect(await find('tomorrow')).toHaveLength(1);
    await say('never indexed');
    await database.write((tx) => tx.delete(ChatEntity, { id: chatId }));
    expect(await find('tomorrow')).toEqual([]);
    for (const table of ['search_entries', 'search_pending']) {
      expect(await database.read.query(`SELECT * FROM ${table}`)).toEqual([]);
    }
    if (database.read.connection.options.type === 'postgres') return;
    expect(await database.read.query("SELECT rowid FROM search_words('tomorrow')")).toEqual([]);
  });

  it('goes by chat and by whether it is archived', async () => {
    const second = await addChat(database);
    const here = await say('needle here', { createdAt: '2026-01-01T00:00:00.000Z' });
    const there = await say('needle there', {}, await addTurn(second));
    await database.write(update(ChatEntity, { id: second }, { archived: true }));
    expect(idsOf(await find('needle', { sort: 'time' }))).toEqual([there.id, here.id]);
    expect(idsOf(await find('needle', { chat: second }))).toEqual([there.id]);
    expect(idsOf(await find('needle', { archived: false }))).toEqual([here.id]);
    expect(idsOf(await find('needle', { archived: true }))).toEqual([there.id]);
    expect(await find('needle', { chat: 'no-id' })).toEqual([]);
  });

  it.each(['time', 'relevance'] as const)('gives by %s each match once, page by page', async (sort) => {
    const said: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const createdAt = new Date(Date.UTC(2026, 0, 1) + n).toISOString();
      said.push((await say(`number ${'needle '.repeat(1 + (n % 3))}`, { createdAt })).id);
    }
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const read = await page('needle', { sort, limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      expect(read.data.length).toBeLessThanOrEqual(10);
      seen.push(...idsOf(read.data));
      cursor = read.nextCursor;
    }
    if (sort === 'time') expect(seen).toEqual(said.toReversed());
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    await expect(page('needle', { sort, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('finds everybody’s in a project of very many people, and nothing of others', async () => {
    const people = Array.from({ length: 520 }, (_, index) => `person-${index}`);
    const users = people.map((id) => newUser({ id, displayName: id, createdAt: now() }));
    const projectId = personalProjectId(USER_ID);
    const made = people.map((id) => ({ ...newChat(newId(), id), projectId, title: `needle of ${id}` }));
    await database.write(insert(UserEntity, users));
    await database.write(insert(ChatEntity, made));
    const foreign = await addChat(database, 'stranger');
    await rename('needle of a stranger', foreign);
    await eventually('all are in the index', async () => (await indexer.step()) === 0);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { data, nextCursor } = await page('needle', { sort: 'time', limit: 200, cursor });
      seen.push(...idsOf(data));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(idsOf(await find('needle', {}, 'stranger'))).toEqual([foreign]);
  });

  it('gives what fits best first', async () => {
    const often = await say('needle needle needle');
    await say(`needle ${'hay '.repeat(200)}`);
    expect(idsOf(await find('needle'))[0]).toBe(often.id);
  });

  it('finds what was there before the index, and goes on where it was stopped', async () => {
    for (let n = 0; n < 50; n += 1) await say(`old message ${n}`);
    await database.write(async (tx) => {
      const runner = { query: tx.query, connection: database.read.connection } as never;
      await new SearchIndex1796040000000().down(runner);
      await new SearchIndex1796040000000().up(runner);
    });
    expect(await indexer.step()).toBe(20);
    const first = await search.search(user(USER_ID), Object.assign(new SearchQueryDto(), { q: 'old', limit: 100 }));
    expect(first.data).toHaveLength(20);
    expect(await find('old message', { limit: 100 })).toHaveLength(50);
  });

  it('indexes the others when one cannot be read', async () => {
    const [bad, good] = [await say('bad needle'), await say('good needle')];
    await database.write((tx) => tx.run(`UPDATE messages SET content = '{' WHERE id = '${bad.id}'`));
    expect(idsOf(await find('needle'))).toEqual([good.id]);
    expect(await indexer.step()).toBe(0);
  });

  it('loses nothing while the disk is full', async () => {
    await say('kept for later');
    database.fault = Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' });
    expect(await find('later')).toEqual([]);
    database.fault = undefined;
    expect(await find('later')).toHaveLength(1);
  });
});
