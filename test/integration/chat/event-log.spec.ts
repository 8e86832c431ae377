import { Database } from '../../../src/database/database';
import { insert } from '../../../src/database/rows';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import type { ChatEvent, EventDraft } from '../../../src/chat/event-log/chat-event';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventFollower } from '../../../src/chat/event-log/event-follower';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { upTo } from '../../support/event-record';
import { closeDatabase, openDatabase } from '../../support/open-database';
import { eventually } from '../../support/eventually';
import { addChat, USER_ID } from '../../support/stored-chat';

const warning = (message: string): EventDraft => ({ type: 'warning', turnId: null, data: { message } });

describe('the event log on a real database', () => {
  let database: Database;
  let feed: EventFeed;
  let log: EventLog;

  beforeEach(async () => {
    database = await openDatabase();
    feed = new EventFeed();
    log = new EventLog(database, feed);
  });
  afterEach(() => closeDatabase(database));

  async function read(chatId: string): Promise<ChatEvent[]> {
    return log.read(chatId, 0, 10_000);
  }

  it('numbers many chats at once, each without gap, and publishes what is stored, in order', async () => {
    const chats = await Promise.all(upTo(8).map(() => addChat(database)));
    const published: ChatEvent[] = [];
    feed.subscribeAll(
      (events) => published.push(...events),
      () => undefined,
    );
    const refs = chats.map((chatId) => ({ chatId, userId: USER_ID }));
    await Promise.all(
      upTo(100).flatMap((number) => refs.map((ref) => log.append(ref, { events: [warning(`${number}`)] }, 'retry'))),
    );
    for (const chatId of chats) {
      const stored = await read(chatId);
      expect(stored.map(({ seq }) => seq)).toEqual(upTo(100));
      expect(stored.map(({ data }) => data)).toEqual(upTo(100).map((number) => ({ message: `${number}` })));
      expect(published.filter((event) => event.chatId === chatId)).toEqual(stored);
    }
  });

  it('numbers what two writers append to one chat at once, without gap or repeat, and each publishes its own in order', async () => {
    const ref = { chatId: await addChat(database), userId: USER_ID };
    const others = new EventFeed();
    const other = new EventLog(database, others);
    const published: number[][] = [[], []];
    [feed, others].forEach((one, index) =>
      one.subscribeAll(
        (events) => published[index]?.push(...events.map(({ seq }) => seq)),
        () => undefined,
      ),
    );
    await Promise.all(
      upTo(100).map((number) =>
        (number % 3 === 0 ? log : other).append(ref, { events: [warning(`${number}`)] }, 'retry'),
      ),
    );
    const stored = await read(ref.chatId);
    expect(stored.map(({ seq }) => seq)).toEqual(upTo(100));
    expect(published.flat().sort((a, b) => a - b)).toEqual(upTo(100));
    for (const seqs of published) expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(await database.read.findOneByOrFail(ChatEntity, { id: ref.chatId })).toMatchObject({ lastSeq: 100 });
  });

  it('gives the number of a transaction that came to nothing to the next', async () => {
    const ref = { chatId: await addChat(database), userId: USER_ID };
    const fails = { events: [warning('lost')], writes: [() => Promise.reject(new Error('killed'))] };
    await log.append(ref, { events: [warning('first')] }, 'retry');
    await expect(log.append(ref, fails, 'refuse')).rejects.toThrow('killed');
    const [next] = await new EventLog(database, feed).append(ref, { events: [warning('next')] }, 'retry');
    expect(next?.seq).toBe(2);
  });

  it('tells whoever appends to a chat that is gone that there is none', async () => {
    const nobody = log.append({ chatId: 'gone', userId: USER_ID }, { events: [warning('late')] }, 'retry');
    await expect(nobody).rejects.toMatchObject({ code: 'chat_not_found' });
  });

  it('commits the rows of an entry with its events, or none of both', async () => {
    const chatId = await addChat(database);
    const ref = { chatId, userId: USER_ID };
    const rename = (title: string) => ({
      ...{ events: [warning(title)] },
      writes: [
        (tx: Parameters<Parameters<Database['write']>[0]>[0]) => tx.update(ChatEntity, { id: chatId }, { title }),
      ],
    });
    const broken = { ...rename('broken'), writes: [...rename('broken').writes, () => Promise.reject(new Error('no'))] };
    const results = await Promise.allSettled([
      log.append(ref, rename('first'), 'retry'),
      log.append(ref, broken, 'retry'),
      log.append(ref, { events: [warning('last')] }, 'retry'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await read(chatId)).map(({ seq, data }) => [seq, data])).toEqual([
      [1, { message: 'first' }],
      [2, { message: 'last' }],
    ]);
    expect(await database.read.findOneBy(ChatEntity, { id: chatId })).toMatchObject({ title: 'first' });
  });

  it('refuses the events of a chat that is deleted, and harms no other', async () => {
    const [gone, there] = await Promise.all([addChat(database), addChat(database)]);
    await log.append({ chatId: gone, userId: USER_ID }, { events: [warning('a')] }, 'retry');
    await database.write((tx) => tx.delete(ChatEntity, { id: gone }));
    const results = await Promise.allSettled(
      [gone, there].map((chatId) => log.append({ chatId, userId: USER_ID }, { events: [warning('b')] }, 'retry')),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await database.read.countBy(EventEntity, { chatId: gone })).toBe(0);
  });

  it('writes an entry of more events than one statement takes', async () => {
    const chatId = await addChat(database);
    await log.append(
      { chatId, userId: USER_ID },
      { events: upTo(1_700).map((number) => warning(`${number}`)) },
      'retry',
    );
    expect((await read(chatId)).map(({ seq }) => seq)).toEqual(upTo(1_700));
  });

  it('is followed from any point into the present while it is written, without gap or repeat', async () => {
    const chatId = await addChat(database);
    const ref = { chatId, userId: USER_ID };
    const follower = new EventFollower(log, feed);
    const total = 1_500;
    const follow = async (after: number): Promise<number[]> => {
      const seqs: number[] = [];
      for await (const batch of follower.follow(ref, after, new AbortController().signal)) {
        seqs.push(...batch.map(({ seq }) => seq));
        if (seqs.at(-1) === total) break;
      }
      return seqs;
    };
    const write = async (): Promise<void> => {
      for (const number of upTo(total / 10)) {
        await log.append(ref, { events: upTo(10).map((index) => warning(`${number}/${index}`)) }, 'retry');
      }
    };
    const writing = write();
    const early = follow(0);
    await eventually('its first events are there', async () => (await log.lastSeq(ref)) > 7);
    const late = follow(7);
    await writing;
    expect(await early).toEqual(upTo(total));
    expect(await late).toEqual(upTo(total).slice(7));
    expect(await follow(total - 1)).toEqual([total]);
  });

  it('keeps the owner with every event', async () => {
    const chatId = await addChat(database);
    await log.append({ chatId, userId: USER_ID }, { events: [warning('mine')] }, 'retry');
    expect(await database.read.findBy(EventEntity, { chatId })).toMatchObject([{ userId: USER_ID }]);
    const foreign = insert(EventEntity, {
      ...{ chatId, seq: 2, previousSeq: null, userId: 'nobody', turnId: null, type: 'warning', at: '', data: {} },
    });
    await expect(database.write(foreign)).rejects.toThrow(/foreign key/i);
  });
});
