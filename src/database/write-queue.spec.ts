import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, EntityManager } from 'typeorm';
import { PreparedStatements } from './prepared-statements';
import { openReader, openWriter } from './sqlite-data-source';
import { SqliteWriter } from './sqlite-writer';
import { isStorageFault } from './storage-fault';
import { oneStatement, Write, WriteQueue } from './write-queue';
import type { WriteTransaction } from './write-transaction';

const SCHEMA = { entities: [], migrations: [] };
const add =
  (id: number): Write<number> =>
  async (tx) => {
    await tx.query('INSERT INTO rows (id) VALUES (?)', [id]);
    return id;
  };
const spoil: Write<never> = async (tx) => {
  await tx.query('INSERT INTO rows (id) VALUES (?)', [-1]);
  throw new Error('spoilt');
};

describe('WriteQueue', () => {
  let folder: string;
  let writer: DataSource;
  let reader: DataSource;
  let queue: WriteQueue;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'codex-relay-queue-'));
    writer = await openWriter(folder, SCHEMA);
    await writer.query('CREATE TABLE rows (id integer PRIMARY KEY)');
    reader = await openReader(folder, SCHEMA);
    PreparedStatements.of(writer);
    queue = new WriteQueue(new SqliteWriter(writer));
  });
  afterEach(async () => {
    await queue.close();
    await reader.destroy();
    await writer.destroy();
    rmSync(folder, { recursive: true });
  });

  async function stored(): Promise<number[]> {
    const rows: { id: number }[] = await reader.query('SELECT id FROM rows ORDER BY rowid');
    return rows.map(({ id }) => id);
  }

  it('resolves with what the write returned, once it is committed', async () => {
    expect(await queue.write(add(1))).toBe(1);
    expect(await stored()).toEqual([1]);
  });

  it('commits in the order of the calls, the waiting writes together', async () => {
    const transactions = jest.spyOn(writer, 'createQueryRunner');
    const order: number[] = [];
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    await Promise.all(ids.map((id) => queue.write(add(id)).then((done) => order.push(done))));
    expect(order).toEqual(ids);
    expect(await stored()).toEqual(ids);
    expect(transactions).toHaveBeenCalledTimes(1);
  });

  it('harms no other write of the batch by one that fails', async () => {
    const results = await Promise.allSettled(
      [add(1), spoil, add(2), add(2), add(3)].map((write) => queue.write(write)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    ]);
    expect(await stored()).toEqual([1, 2, 3]);
  });

  it('gives up a batch at once when another process holds the lock, instead of waiting again for each write', async () => {
    await writer.query('PRAGMA busy_timeout=200');
    const other = await openWriter(folder, SCHEMA);
    await other.query('BEGIN EXCLUSIVE');
    const tries = jest.spyOn(writer, 'createQueryRunner');
    const attempts = jest.fn(add(1));
    const results = await Promise.allSettled([queue.write(attempts), queue.write(add(2)), queue.write(add(3))]);
    expect(results.map((result) => result.status === 'rejected' && isStorageFault(result.reason))).toEqual([
      ...[true, true, true],
    ]);
    expect([attempts.mock.calls.length, tries.mock.calls.length]).toEqual([1, 1]);
    await other.query('ROLLBACK');
    await other.destroy();
    expect(await queue.write(add(4))).toBe(4);
    expect(await stored()).toEqual([4]);
  });

  it('leaves nothing of a single statement that failed', async () => {
    const addAll = (...ids: number[]): Write<void> =>
      oneStatement((tx) => tx.query(`INSERT INTO rows (id) VALUES ${ids.map((id) => `(${id})`).join(',')}`));
    await queue.write(addAll(1));
    await expect(queue.write(addAll(2, 1))).rejects.toThrow('UNIQUE');
    expect(await stored()).toEqual([1]);
    const results = await Promise.allSettled([queue.write(addAll(3)), queue.write(addAll(4, 1)), queue.write(add(5))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await stored()).toEqual([1, 3, 5]);
  });

  it('commits again after another process has held the lock, whatever could not be written meanwhile', async () => {
    await writer.query('PRAGMA busy_timeout=50');
    const prepared = (...ids: number[]): Write<number> => {
      const text = `INSERT INTO rows (id) VALUES ${ids.map(() => '(?)').join(',')}`;
      return oneStatement((tx) => tx.run(text, ids));
    };
    const other = await openWriter(folder, SCHEMA);
    await other.query('BEGIN EXCLUSIVE');
    await other.query('INSERT INTO rows (id) VALUES (1)');
    const refused = await Promise.allSettled([queue.write(prepared(2)), queue.write(prepared(3))]);
    refused.push(...(await Promise.allSettled([queue.write(prepared(2))])));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await other.query('COMMIT');
    await other.destroy();
    await queue.write(prepared(4, 5));
    expect(await stored()).toEqual([1, 4, 5]);
    await Promise.all([queue.write(prepared(6, 7)), queue.write(prepared(8, 9, 10))]);
    expect(await stored()).toEqual([1, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('shows nothing of a transaction to readers before its commit', async () => {
    const inside = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const written = queue.write(async (tx) => {
      await add(1)(tx);
      inside.resolve();
      await goOn.promise;
    });
    await inside.promise;
    expect(await stored()).toEqual([]);
    goOn.resolve();
    await written;
    expect(await stored()).toEqual([1]);
  });

  it("gives a write nothing that opens a transaction of its own, as TypeORM's save does", async () => {
    const saves: Write<unknown> = (tx) => (tx as unknown as EntityManager).save({ id: 1 });
    await expect(queue.write(saves)).rejects.toThrow('save is not a function');
    const ways = [
      'save',
      'remove',
      'softRemove',
      'recover',
      'transaction',
      'connection',
      'queryRunner',
      'getRepository',
      'driver',
      'manager',
      'dataSource',
    ];
    const open = await queue.write((tx) => Promise.resolve(ways.filter((way) => way in tx)));
    expect(open).toEqual([]);
    expect(await queue.write(add(1))).toBe(1);
  });

  it('gives a write a transaction that is of no use once the write has ended', async () => {
    let leaked: WriteTransaction | undefined;
    await queue.write((tx) => {
      leaked = tx;
      return add(1)(tx);
    });
    expect(() => leaked?.query('DELETE FROM rows')).toThrow('the write has ended');
    expect(() => leaked?.run('DELETE FROM rows')).toThrow('the write has ended');
    expect(await stored()).toEqual([1]);
  });

  it('takes $1 for the first parameter wherever it stands in the text', async () => {
    await queue.write((tx) => tx.query('INSERT INTO rows (id) SELECT $2 WHERE $1 = 7', [7, 1]));
    expect(await stored()).toEqual([1]);
    expect(await reader.query('SELECT $2 AS second, $1 AS first', ['a', 'b'])).toEqual([{ first: 'a', second: 'b' }]);
  });

  it('goes on after a failure, and after it was idle', async () => {
    await expect(queue.write(spoil)).rejects.toThrow('spoilt');
    await queue.idle();
    expect(await queue.write(add(1))).toBe(1);
    expect(await stored()).toEqual([1]);
  });

  it('goes on after a full disk has made SQLite end a transaction by itself, whatever fails next', async () => {
    await writer.query('PRAGMA max_page_count=1');
    const tooMuch: Write<never> = async (tx) => {
      for (;;) await tx.query('INSERT INTO rows (id) VALUES (NULL)');
    };
    await expect(queue.write(tooMuch)).rejects.toThrow('SQLITE_FULL');
    await writer.query('PRAGMA max_page_count=1000000');
    await expect(queue.write(spoil)).rejects.toThrow('spoilt');
    expect(await queue.write(add(1))).toBe(1);
    expect(await stored()).toEqual([1]);
  });

  it('commits what is queued before it is closed', async () => {
    void queue.write(add(1));
    void queue.write(add(2));
    await queue.close();
    expect(await stored()).toEqual([1, 2]);
  });

  it('takes more writes than fit into one commit', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => index + 1);
    await Promise.all(ids.map((id) => queue.write(add(id))));
    expect(await stored()).toEqual(ids);
  });

  it('is read by one runner that is changed once, not anew for each read', async () => {
    const { query } = reader.createQueryRunner();
    await reader.query('SELECT 1');
    expect(reader.createQueryRunner().query).toBe(query);
  });
});
