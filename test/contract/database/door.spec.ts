import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { Database } from '../../../src/database/database';
import { find, insert, update } from '../../../src/database/rows';
import { isUniqueViolation } from '../../../src/database/storage-fault';
import { schema } from '../../../src/schema';
import { DatabasePlace, DialectName, newPlace } from '../../support/open-database';
import { hasPostgres } from '../../support/postgres';

const row = (chatId: string, change: Partial<RemovedChat> = {}): RemovedChat => ({
  ...{ chatId, userId: 'ada', familyId: null, threadIds: [], removedAt: '2026-01-01T00:00:00.000Z' },
  ...change,
});

const DIALECTS: DialectName[] = hasPostgres() ? ['sqlite', 'postgres'] : ['sqlite'];

describe.each(DIALECTS)('the database on %s', (name) => {
  let place: DatabasePlace;
  let database: Database;

  beforeAll(async () => {
    place = await newPlace(name, true);
    database = new Database(place.dialect());
    await database.open();
  });
  beforeEach(() => database.write((tx) => tx.clear(RemovedChat)));
  afterAll(async () => {
    await database.close();
    await place.remove();
  });

  const ids = async (): Promise<string[]> => {
    const rows = await database.read.find(RemovedChat, { order: { chatId: 'ASC' } });
    return rows.map(({ chatId }) => chatId);
  };

  it('shows what was committed, and nothing of a write that failed', async () => {
    const spoilt = database.write(async (tx) => {
      await insert(RemovedChat, row('spoilt'))(tx);
      throw new Error('no');
    });
    const results = await Promise.allSettled([
      ...[database.write(insert(RemovedChat, row('a'))), spoilt, database.write(insert(RemovedChat, row('b')))],
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('says that a key is taken, and harms no other write of the same commit', async () => {
    await database.write(insert(RemovedChat, row('a')));
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((id) => database.write(insert(RemovedChat, row(id)), { lane: 'x' })),
    );
    const [taken] = results;
    expect(taken?.status === 'rejected' && isUniqueViolation(taken.reason)).toBe(true);
    expect(await ids()).toEqual(['a', 'b', 'c']);
  });

  it('commits the writes of one lane in the order of their calls', async () => {
    await database.write(insert(RemovedChat, row('counted', { userId: '' })));
    const writes = Array.from({ length: 60 }, (_, index) =>
      database.write((tx) => tx.query(`UPDATE removed_chats SET user_id = user_id || $1`, [`${index},`]), {
        lane: 'one',
      }),
    );
    await Promise.all(writes);
    const [counted] = await database.read.find(RemovedChat);
    expect(counted?.userId).toBe(Array.from({ length: 60 }, (_, index) => `${index},`).join(''));
  });

  it('loses nothing of what several lanes read and change in the same row at once', async () => {
    await database.write(insert(RemovedChat, row('shared', { userId: '0' })));
    const raise = (lane: number): Promise<void> =>
      database.write(
        async (tx) => {
          const found = await tx.findOneBy(RemovedChat, { chatId: 'shared' });
          await tx.update(RemovedChat, { chatId: 'shared' }, { userId: String(Number(found?.userId) + 1) });
        },
        { lane: `lane ${lane}` },
      );
    await Promise.all(Array.from({ length: 24 }, (_, lane) => raise(lane)));
    const [shared] = await database.read.find(RemovedChat);
    expect(shared?.userId).toBe('24');
  });

  it('finds, changes and counts rows as they were written', async () => {
    const odd = row('odd', { userId: `it's "so" \u{1F600}`, threadIds: ['\0', 'ü'] });
    await database.write(insert(RemovedChat, [odd, row('plain')]));
    expect(await database.read.findOneBy(RemovedChat, { chatId: 'odd' })).toEqual(odd);
    expect(await database.write(update(RemovedChat, { chatId: 'odd' }, { userId: 'bob' }))).toBe(1);
    expect(await database.write(update(RemovedChat, { chatId: 'nobody' }, { userId: 'bob' }))).toBe(0);
    const { affected } = await database.write((tx) => tx.delete(RemovedChat, { userId: 'bob' }));
    expect(affected).toBe(1);
    expect(await find(database.read, ChatEntity, { id: 'nobody' }, 1)).toEqual([]);
  });

  it('takes a text with a character 0 in it', async () => {
    await database.write(insert(RemovedChat, row('zero', { userId: 'a\0b' })));
    const [zero] = await database.read.find(RemovedChat);
    expect(zero?.userId).toMatch(/^a(\0|\uFFFD)b$/);
  });

  it('means the same parameter by $1 wherever it stands', async () => {
    await database.write(insert(RemovedChat, [row('a'), row('b')]));
    const text = 'SELECT chat_id FROM removed_chats WHERE user_id = $2 AND chat_id > $1';
    expect(await database.read.query(text, ['a', 'ada'])).toEqual([{ chat_id: 'b' }]);
  });

  it('reads only through its reader', async () => {
    await database.write(insert(RemovedChat, row('a')));
    await expect(database.read.query(`DELETE FROM removed_chats`)).rejects.toThrow();
    expect(await ids()).toEqual(['a']);
  });

  it('refuses a write that goes on after one of its statements has failed, or commits all of what it did', async () => {
    await database.write(insert(RemovedChat, row('a')));
    const stubborn = database.write(async (tx) => {
      await insert(RemovedChat, row('b'))(tx);
      await insert(RemovedChat, row('a'))(tx).catch(() => undefined);
    });
    const isWritten = await stubborn.then(
      () => true,
      () => false,
    );
    expect(await ids()).toEqual(isWritten ? ['a', 'b'] : ['a']);
    await database.write(insert(RemovedChat, row('c')));
    expect(await ids()).toContain('c');
  });

  it('commits what is queued before it closes, and opens again with all of it', async () => {
    const written = ['x', 'y', 'z'].map((id) => database.write(insert(RemovedChat, row(id)), { lane: id }));
    await database.close();
    await Promise.all(written);
    database = new Database(place.dialect());
    await database.open();
    expect(await ids()).toEqual(['x', 'y', 'z']);
  });

  it('undoes every migration while it is closed, and runs them again when it is opened', async () => {
    await database.close();
    for (let count = 0; count < schema.migrations.length; count += 1) await place.dialect().revertMigration();
    database = new Database(place.dialect());
    await database.open();
    expect(await ids()).toEqual([]);
  });
});
