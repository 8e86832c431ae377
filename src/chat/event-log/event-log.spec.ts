import { Database } from '../../database/database';
import type { Write } from '../../database/write-queue';
import type { WriteTransaction } from '../../database/write-transaction';
import { EventEntity } from '../entities/event.entity';
import type { ChatEvent, EventDraft } from './chat-event';
import { EventFeed } from './event-feed';
import { EventLog } from './event-log';

jest.mock('../../database/rows', () => ({
  find: (read: { lastSeq: () => Promise<number> }) => read.lastSeq().then((lastSeq) => [{ lastSeq }]),
  insert: (_: unknown, rows: EventEntity[]) => (tx: { insert(rows: EventEntity[]): void }) => tx.insert(rows),
}));

const CHAT = { chatId: 'chat', userId: 'user' };
const warning = (message: string): EventDraft => ({ type: 'warning', turnId: 't', data: { message } });
const delta = (text: string): EventDraft => ({
  ...{ type: 'message.delta', turnId: 't', data: { messageId: 'm', delta: text } },
});
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** A database in memory: a failed transaction leaves nothing, and each takes a turn of the event loop. */
class FakeDatabase {
  readonly rows: EventEntity[] = [];
  readonly batches: number[] = [];
  /** What the next transactions fail with. */
  readonly faults: unknown[] = [];
  readonly read = { lastSeq: (): Promise<number> => Promise.resolve(this.rows.length) };

  async write<T>(write: Write<T>): Promise<T> {
    const inserted: EventEntity[] = [];
    const insert = (rows: EventEntity[]): void => void inserted.push(...rows);
    const all = (_: string, [count]: number[]) =>
      Promise.resolve([{ last_seq: this.rows.length + inserted.length + (count ?? 0) }]);
    const result = await write({ insert, all } as unknown as WriteTransaction);
    await new Promise(setImmediate);
    if (this.faults.length > 0) throw this.faults.shift();
    this.rows.push(...inserted);
    this.batches.push(inserted.length);
    return result;
  }
}

describe('EventLog', () => {
  let database: FakeDatabase;
  let feed: EventFeed;
  let log: EventLog;
  let published: ChatEvent[];

  beforeEach(() => {
    database = new FakeDatabase();
    feed = new EventFeed();
    log = new EventLog(database as unknown as Database, feed);
    published = [];
    feed.subscribe(CHAT.chatId, { onEvents: (events) => published.push(...events), onClosed: () => undefined });
  });

  afterEach(() => void jest.restoreAllMocks());

  const append = (...events: EventDraft[]) => log.append(CHAT, { events }, 'retry');

  it('numbers concurrent appends in the order of their calls, without gap', async () => {
    const results = await Promise.all(upTo(50).map((number) => append(warning(`${number}`), warning(`${number}b`))));
    expect(results.flat().map(({ seq }) => seq)).toEqual(upTo(100));
    expect(database.rows.map(({ seq }) => seq)).toEqual(upTo(100));
    expect(published).toEqual(results.flat());
    expect(await log.lastSeq(CHAT)).toBe(100);
  });

  it('goes on behind what the database has', async () => {
    await append(warning('before'));
    const later = new EventLog(database as unknown as Database, feed);
    expect(later.publishedSeq(CHAT.chatId)).toBeUndefined();
    const [event] = await later.append(CHAT, { events: [warning('after')] }, 'retry');
    expect(event?.seq).toBe(2);
    expect(later.publishedSeq(CHAT.chatId)).toBe(2);
  });

  it('publishes nothing before it is committed', async () => {
    const appended = append(warning('first'));
    await Promise.resolve();
    expect(published).toEqual([]);
    expect(log.backlog(CHAT.chatId)).toBeLessThanOrEqual(1);
    await appended;
    expect(published).toHaveLength(1);
  });

  it('puts what waits during a commit together into the next, deltas of one message joined', async () => {
    await append(warning('loads the log'));
    const commits = database.batches.length;
    const first = append(delta('a'));
    await new Promise(setImmediate);
    const others = ['b', 'c', 'd'].map((text) => append(delta(text)));
    const [event] = await first;
    const joined = await Promise.all(others);
    expect(event?.data).toEqual({ messageId: 'm', delta: 'a' });
    expect(joined[0]).toMatchObject([{ seq: 3, data: { delta: 'bcd' } }]);
    expect(joined[2]).toBe(joined[0]);
    expect(database.batches.length - commits).toBe(2);
  });

  const deferrable = (text: string) => log.append(CHAT, { events: [delta(text)], deferrable: true }, 'retry');

  async function rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round++) await new Promise(setImmediate);
  }

  it('lets a deferrable entry wait a moment for the next commit, but not for longer', async () => {
    await append(warning('commits'));
    const commits = database.batches.length;
    const waiting = [deferrable('a'), deferrable('b')];
    await new Promise(setImmediate);
    expect(log.backlog(CHAT.chatId)).toBe(2);
    await append(warning('hurries'));
    expect(database.batches.slice(commits)).toEqual([2]);
    await Promise.all(waiting);
    await deferrable('c');
    expect(database.batches.slice(commits)).toEqual([2, 1]);
  });

  it('puts a short answer and the end of its turn into one commit', async () => {
    // The moment that it waits does not end by itself, however busy the machine is.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance', 'nextTick', 'queueMicrotask'] });
    try {
      const answer = deferrable('a');
      await rounds(5);
      expect(database.batches).toEqual([]);
      await Promise.all([answer, append(warning('ends'))]);
      expect(database.batches).toEqual([2]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does not let a stream wait when telling of its last commit took as long', async () => {
    let clock = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    feed.subscribe(CHAT.chatId, { onEvents: () => void (clock += 20), onClosed: () => undefined });
    await deferrable('to a thousand viewers');
    const next = deferrable('a');
    await rounds(5);
    expect(database.batches).toEqual([1, 1]);
    await next;
  });

  it('keeps the order around deltas', async () => {
    await Promise.all([append(delta('a')), append(warning('between')), append(delta('b')), append(delta('c'))]);
    expect(published.map(({ data }) => data)).toEqual([
      { messageId: 'm', delta: 'a' },
      { message: 'between' },
      { messageId: 'm', delta: 'bc' },
    ]);
  });

  it('does not join a delta that comes with rows of its own', async () => {
    const write = jest.fn(() => Promise.resolve());
    await Promise.all([append(delta('a')), log.append(CHAT, { events: [delta('b')], writes: [write] }, 'retry')]);
    expect(published).toHaveLength(2);
    expect(write).toHaveBeenCalled();
  });

  it('lets one bad write harm no other, and no number is lost by it', async () => {
    const bad = log.append(
      CHAT,
      { events: [warning('bad')], writes: [() => Promise.reject(new Error('bad'))] },
      'retry',
    );
    const results = await Promise.allSettled([append(warning('a')), bad, append(warning('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(published.map(({ seq, data }) => [seq, data])).toEqual([
      [1, { message: 'a' }],
      [2, { message: 'b' }],
    ]);
    expect((await append(warning('c')))[0]?.seq).toBe(3);
  });

  it('tries again what has happened when the disk is full, in order, and refuses what can be repeated', async () => {
    await append(warning('loads the log'));
    database.faults.push({ code: 'SQLITE_FULL' }, { code: 'SQLITE_BUSY' });
    const happened = append(warning('happened'));
    const refused = log.append(CHAT, { events: [warning('refused')] }, 'refuse');
    const later = append(warning('later'));
    await expect(refused).rejects.toEqual({ code: 'SQLITE_FULL' });
    expect((await happened)[0]?.seq).toBe(2);
    expect((await later)[0]?.seq).toBe(3);
    expect(database.rows.map(({ data }) => data)).toEqual([
      { message: 'loads the log' },
      { message: 'happened' },
      { message: 'later' },
    ]);
  });

  it('refuses what came while a commit failed, with it, and keeps it out of the log', async () => {
    await append(warning('loads the log'));
    database.faults.push({ code: 'SQLITE_BUSY' });
    const happened = append(warning('happened'));
    await new Promise(setImmediate);
    const refused = log.append(CHAT, { events: [warning('refused')] }, 'refuse');
    await expect(refused).rejects.toEqual({ code: 'SQLITE_BUSY' });
    await happened;
    expect(published.map(({ data }) => data)).toEqual([{ message: 'loads the log' }, { message: 'happened' }]);
  });

  it('loses nothing when the disk is full while a bad entry is looked for', async () => {
    await append(warning('loads the log'));
    const writes = [() => Promise.reject(new Error('bad'))];
    database.faults.push({ code: 'SQLITE_FULL' });
    const bad = log.append(CHAT, { events: [warning('bad')], writes }, 'retry');
    const good = ['a', 'b', 'c'].map((message) => append(warning(message)));
    await expect(bad).rejects.toThrow('bad');
    expect((await Promise.all(good)).flat().map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(published.slice(1).map(({ data }) => data)).toEqual([{ message: 'a' }, { message: 'b' }, { message: 'c' }]);
  });

  it('tries what has failed again before what came meanwhile', async () => {
    let later: Promise<unknown> | undefined;
    database.faults.push({ code: 'SQLITE_FULL' });
    const writes = [
      (): Promise<void> => {
        later ??= append(warning('later'));
        return Promise.resolve();
      },
    ];
    await log.append(CHAT, { events: [warning('first')], writes }, 'retry');
    await later;
    expect(published.map(({ data }) => data)).toEqual([{ message: 'first' }, { message: 'later' }]);
  });

  it('commits although its last number could not be read', async () => {
    const { lastSeq } = database.read;
    database.read.lastSeq = () => {
      database.read.lastSeq = lastSeq;
      return Promise.reject(new Error('locked'));
    };
    const asked = expect(log.lastSeq(CHAT)).rejects.toThrow('locked');
    expect((await append(warning('a')))[0]?.seq).toBe(1);
    await asked;
    expect(await log.lastSeq(CHAT)).toBe(1);
  });

  it('forgets the chats that nobody writes or reads any more, and goes on in them when they are looked at again', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      await append(warning('a'));
      await Promise.all(upTo(1_000).map((number) => log.lastSeq({ ...CHAT, chatId: `other ${number}` })));
      expect(log.openLogs).toBe(1_001);
      const committing = Promise.withResolvers<void>();
      const slow = log.append(CHAT, { events: [warning('b')], writes: [() => committing.promise] }, 'retry');
      jest.advanceTimersByTime(5_000);
      expect(log.openLogs).toBe(1);
      committing.resolve();
      await slow;
      await rounds(1);
      jest.advanceTimersByTime(5_000);
      expect(log.openLogs).toBe(0);
      expect(log.publishedSeq(CHAT.chatId)).toBeUndefined();
      expect(await log.lastSeq(CHAT)).toBe(2);
      expect((await append(warning('c')))[0]?.seq).toBe(3);
    } finally {
      jest.useRealTimers();
    }
  });

  it('counts each delta that waits, although they are joined, so that whoever brings them can be held up', async () => {
    await append(warning('loads the log'));
    const first = append(delta('a'));
    await new Promise(setImmediate);
    const rest = Array.from({ length: 20 }, () => append(delta('b')));
    expect(log.backlog(CHAT.chatId)).toBe(20);
    await Promise.all([first, ...rest]);
    expect(log.backlog(CHAT.chatId)).toBe(0);
  });

  it('numbers each chat for itself', async () => {
    await append(warning('a'), warning('b'));
    database.rows.length = 0;
    const [event] = await log.append({ ...CHAT, chatId: 'other' }, { events: [warning('c')] }, 'retry');
    expect(event).toMatchObject({ chatId: 'other', seq: 1 });
  });
});
