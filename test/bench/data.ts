import { randomUUID } from 'node:crypto';
import { Access } from '../../src/access/access';
import { AgentPolicies } from '../../src/chat/agent-policies';
import { ChatDirectory } from '../../src/chat/chat-directory';
import { ChatList } from '../../src/chat/chat-list';
import { ChatsQueryDto } from '../../src/chat/dto/chats-query.dto';
import { SearchQueryDto } from '../../src/chat/dto/search.dto';
import { ChatEntity } from '../../src/chat/entities/chat.entity';
import { EventEntity } from '../../src/chat/entities/event.entity';
import { MessageEntity } from '../../src/chat/entities/message.entity';
import { TurnEntity } from '../../src/chat/entities/turn.entity';
import { ChatSearch } from '../../src/chat/search/chat-search';
import { SearchIndexer } from '../../src/chat/search/search-indexer';
import { newId } from '../../src/common/ids';
import { ChatConfig } from '../../src/config/chat.config';
import { PoolConfig } from '../../src/config/pool.config';
import type { Database } from '../../src/database/database';
import { insert } from '../../src/database/rows';
import pino from 'pino';
import { median, print, rounded } from '../support/figures';
import { closeDatabase, openDatabase } from '../support/open-database';
import { prepareTemplate } from '../support/postgres';
import { PostgresServer } from '../support/postgres-server';
import { addUser, newChat, USER_ID } from '../support/stored-chat';
import { newMessage, newTurn } from '../support/stored-turn';
import { numberOption, textOption } from './arguments';
import { judged } from './target';

const CHATS = 10_000;
const MESSAGES = 100_000;
const EVENTS = 100_000;
const ROUNDS = 15;
const TARGET_MS = 100;
const ROWS_PER_INSERT = 200;
const LOGGER = pino({ level: 'silent' });
const USER = { id: USER_ID, isAdmin: true };
/** The words of the messages: a few are in most of them, most are in few. */
const WORDS = Array.from({ length: 20_000 }, (_, index) => `${index.toString(36)}${'aeiou'[index % 5]}word`);

/** How long the list, the search and a page of events take in a large database; `--chats 10000 --messages 100000 --events 100000`. */
export async function data(): Promise<void> {
  const server = textOption('database') === 'postgres' ? await PostgresServer.start() : undefined;
  if (server !== undefined) await prepareTemplate(server.url('postgres'));
  const database = await openDatabase(server === undefined ? undefined : 'postgres');
  try {
    const chatId = await fill(database);
    await index(database);
    for (const [name, call] of callsOn(database, chatId)) await measure(name, call);
  } finally {
    await closeDatabase(database);
    await server?.dispose();
  }
}

/** Resolves with the chat that has the events. */
async function fill(database: Database): Promise<string> {
  const [chats, messages] = [numberOption('chats', CHATS), numberOption('messages', MESSAGES)];
  const events = numberOption('events', EVENTS);
  const startedAt = performance.now();
  await addUser(database);
  const ids = Array.from({ length: chats }, () => newId());
  await inParts(database, chats, (n) => insert(ChatEntity, ids.slice(n, n + ROWS_PER_INSERT).map(chatRow)));
  await inParts(database, messages, (n, count) => {
    const turns = Array.from({ length: count }, (_, at) =>
      newTurn(ids[(n + at) % chats] ?? '', { status: 'completed' }),
    );
    return async (tx) => {
      await insert(TurnEntity, turns)(tx);
      await insert(
        MessageEntity,
        turns.map((turn, at) => newMessage(turn, 'assistant', textOf(n + at))),
      )(tx);
    };
  });
  const [chatId = ''] = ids;
  await inParts(database, events, (n, count) => insert(EventEntity, eventRows(chatId, n, count)));
  print(`  filled with ${chats} chats, ${messages} messages, ${events} events in ${seconds(startedAt)} s`);
  return chatId;
}

const chatRow = (id: string, index: number): ChatEntity => ({
  ...newChat(id),
  ...{ title: textOf(index).slice(0, 40), updatedAt: new Date(Date.now() - index * 1000).toISOString() },
});

/** 40 words, of which the first ones of the list come often. */
function textOf(seed: number): string {
  const words = Array.from({ length: 40 }, (_, at) => {
    const fraction = ((seed * 7919 + at * 104_729) % 9973) / 9973;
    return WORDS[Math.floor(fraction ** 4 * WORDS.length)] ?? '';
  });
  return `common ${words.join(' ')} n${seed}`;
}

function eventRows(chatId: string, from: number, count: number): EventEntity[] {
  return Array.from({ length: count }, (_, at) => ({
    ...Object.assign(new EventEntity(), {
      chatId,
      seq: from + at + 1,
      userId: USER_ID,
      turnId: null,
      previousSeq: null,
    }),
    ...{ type: 'message.delta', at: new Date().toISOString(), data: { messageId: randomUUID(), delta: 'some text' } },
  }));
}

async function inParts(
  database: Database,
  total: number,
  write: (from: number, count: number) => Parameters<Database['write']>[0],
): Promise<void> {
  for (let from = 0; from < total; from += ROWS_PER_INSERT) {
    await database.write(write(from, Math.min(ROWS_PER_INSERT, total - from)));
  }
}

async function index(database: Database): Promise<void> {
  const startedAt = performance.now();
  const indexer = new SearchIndexer(database, LOGGER);
  while ((await indexer.step()) > 0);
  print(`  put into the search index in ${seconds(startedAt)} s, without the pauses that the service makes`);
}

function callsOn(database: Database, chatId: string): [string, () => Promise<{ data: readonly unknown[] }>][] {
  const access = new Access(database);
  const list = new ChatList(
    database,
    new ChatDirectory(database, access, new AgentPolicies(new ChatConfig(), new PoolConfig())),
    access,
  );
  const search = new ChatSearch(database);
  const chats = (query: Partial<ChatsQueryDto>) => () => list.page(USER, Object.assign(new ChatsQueryDto(), query));
  const find =
    (q: string, query: Partial<SearchQueryDto> = {}) =>
    () =>
      search.search(USER, Object.assign(new SearchQueryDto(), { q, ...query }));
  const events = async () => {
    const where = { chatId };
    return { data: await database.read.find(EventEntity, { where, order: { seq: 'DESC' }, take: 100 }) };
  };
  return [
    ['list, by activity', chats({})],
    ['list, by creation', chats({ sort: 'created' })],
    ['list, those that wait', chats({ status: 'waiting_for_approval' })],
    ['list, 500 idle ones', chats({ status: 'idle', limit: 500 })],
    ['search, a word in every message', find('common')],
    ['search, the same by time', find('common', { sort: 'time' })],
    ['search, beginning of many words', find('co')],
    ['search, a rare word', find('n4711')],
    ['search, two words', find(`common ${WORDS[3]}`)],
    ['search, in one chat', find('common', { chat: chatId })],
    ['search, nothing', find('nowhere')],
    ['the last page of events', events],
  ];
}

async function measure(name: string, call: () => Promise<{ data: readonly unknown[] }>): Promise<void> {
  const times: number[] = [];
  let found = 0;
  for (let round = 0; round < numberOption('rounds', ROUNDS); round += 1) {
    const startedAt = performance.now();
    found = (await call()).data.length;
    times.push(performance.now() - startedAt);
  }
  const middle = median(times);
  const target = judged(middle / TARGET_MS, { atMost: 1 });
  print(
    `  ${name.padEnd(34)} ${rounded(middle)} ms (slowest ${rounded(Math.max(...times))} ms), ${found} rows; of 100 ms: ${target}`,
  );
}

const seconds = (startedAt: number): string => rounded((performance.now() - startedAt) / 1000);
