import { randomBytes } from 'node:crypto';
import { chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ChatEntity } from '../../../src/chat/entities/chat.entity';
import { EventEntity } from '../../../src/chat/entities/event.entity';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { EventFeed } from '../../../src/chat/event-log/event-feed';
import { EventLog } from '../../../src/chat/event-log/event-log';
import { commitConflicts } from '../../../src/common/metrics';
import { ConfigError } from '../../../src/config/config.error';
import { Database } from '../../../src/database/database';
import { PostgresDialect } from '../../../src/database/postgres-dialect';
import { find, insert } from '../../../src/database/rows';
import { isStorageFault } from '../../../src/database/storage-fault';
import { schema } from '../../../src/schema';
import { upTo } from '../../support/event-record';
import { eventually } from '../../support/eventually';
import { postgresConfig } from '../../support/postgres';
import { postgresBinaries, PostgresServer } from '../../support/postgres-server';
import { fillableDisk } from '../../chaos/faults/small-disk';
import { addChat, USER_ID } from '../../support/stored-chat';

const row = (chatId: string): RemovedChat => ({ chatId, userId: 'ada', familyId: null, threadIds: [], removedAt: '' });
const statusOf = (error: unknown): unknown => error;
const caught = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, statusOf);
const UNAVAILABLE = { status: 503, code: 'storage_unavailable' };

const itWithDisk = process.getuid?.() === 0 && process.platform === 'linux' ? it : it.skip;
const describeWithServer = postgresBinaries() === undefined ? describe.skip : describe;

describeWithServer('a database on PostgreSQL', () => {
  let server: PostgresServer;
  let database: Database;

  const dialect = (more: Parameters<typeof postgresConfig>[1] = {}): PostgresDialect =>
    new PostgresDialect(postgresConfig(server.url('postgres'), more), schema);

  async function execute(...statements: string[]): Promise<void> {
    const client = new Client({ connectionString: server.url('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }

  beforeAll(async () => {
    server = await PostgresServer.start();
    database = new Database(dialect({ statementTimeoutSeconds: 2 }));
    await database.open();
  });
  afterAll(async () => {
    await database?.close();
    await server?.dispose();
  });

  const works = async (id: string): Promise<void> => {
    await eventually('the database can be written', async () => {
      const removal = database.write((tx) => tx.query(`DELETE FROM removed_chats WHERE chat_id = $1`, [id]));
      if ((await caught(removal)) !== undefined) return false;
      return (await caught(database.write(insert(RemovedChat, row(id))))) === undefined;
    });
    expect(await database.read.existsBy(RemovedChat, { chatId: id })).toBe(true);
  };

  it('is used by one service at a time', async () => {
    const second = new Database(dialect({ startWaitSeconds: 0 }));
    const refusal = await caught(second.open());
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(String(refusal)).toMatch(/another codex-relay is running on the PostgreSQL database "postgres"/);
    expect(String(refusal)).not.toContain('not-asked-for');
  });

  it('is answered as unavailable while the server is killed, and is used again after it has come back', async () => {
    await works('before the kill');
    await server.kill();
    expect(await caught(database.write(insert(RemovedChat, row('lost'))))).toMatchObject(UNAVAILABLE);
    expect(await caught(database.read.find(RemovedChat))).toMatchObject(UNAVAILABLE);
    expect(await caught(find(database.read, ChatEntity, { id: 'any' }, 1))).toMatchObject(UNAVAILABLE);
    expect(database.isFailing).toBe(true);
    await server.launch();
    await works('after the kill');
    expect(await database.read.existsBy(RemovedChat, { chatId: 'before the kill' })).toBe(true);
    await database.probe();
    await eventually('every lane works', async () => {
      await database.probe();
      return !database.isFailing;
    });
  });

  it('goes on with reads whose connections an administrator has ended', async () => {
    await database.read.find(RemovedChat);
    await execute(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    expect(await caught(database.read.find(RemovedChat))).toBeUndefined();
    await works('after the connections were ended');
  });

  it('is unavailable where it is a standby that can only be read', async () => {
    await execute('ALTER DATABASE postgres SET default_transaction_read_only = on');
    await execute(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    await sleep(100);
    const refused = await caught(database.write(insert(RemovedChat, row('refused'))));
    expect(refused).toMatchObject(UNAVAILABLE);
    await execute(
      'SET default_transaction_read_only = off',
      'ALTER DATABASE postgres RESET default_transaction_read_only',
    );
    await execute(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    await works('after the standby');
  });

  it('is unavailable to a write that waits too long for a lock of somebody else', async () => {
    const other = new Client({ connectionString: server.url('postgres') });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE removed_chats IN ACCESS EXCLUSIVE MODE');
    expect(await caught(database.write(insert(RemovedChat, row('late'))))).toMatchObject(UNAVAILABLE);
    await other.query('ROLLBACK');
    await other.end();
    await works('after the lock');
  });

  itWithDisk('is unavailable while the disk of its tables is full, and is used again when there is space', async () => {
    const folder = join(server.folder, 'small');
    const disk = fillableDisk(folder, 24, () => []);
    try {
      const { uid, gid } = statSync(join(server.folder, 'data'));
      chownSync(folder, uid, gid);
      await execute(`CREATE TABLESPACE small LOCATION '${folder}'`, 'ALTER TABLE removed_chats SET TABLESPACE small');
      await works('before the disk was full');
      disk.fill();
      const large = { ...row('large'), threadIds: upTo(2_000).map(() => randomBytes(1_000).toString('hex')) };
      const refusal = await caught(database.write(insert(RemovedChat, large)));
      expect(refusal).toMatchObject({ ...UNAVAILABLE, cause: { code: '53100' } });
      expect(database.isFailing).toBe(true);
      expect(await database.read.existsBy(RemovedChat, { chatId: 'before the disk was full' })).toBe(true);
      disk.free();
      await works('after the disk was full');
      expect(await caught(database.write(insert(RemovedChat, large)))).toBeUndefined();
    } finally {
      await execute('ALTER TABLE removed_chats SET TABLESPACE pg_default', 'CHECKPOINT', 'DROP TABLESPACE small');
      disk.remove();
    }
  });

  it('commits a write in whose way other lanes stand each time, by running it alone', async () => {
    await database.write(insert(RemovedChat, { ...row('shared'), userId: '0' }));
    const raise = `UPDATE removed_chats SET user_id = (user_id::int + 1)::text WHERE chat_id = 'shared'`;
    let isOver = false;
    let raised = 0;
    // Of the three lanes that there are, those that the last one's write is not in.
    const others = ['other', 'another'].map(async (lane) => {
      while (!isOver) {
        await database.write((tx) => tx.query(raise), { lane });
        raised += 1;
      }
    });
    let tries = 0;
    const standing = database.write(
      async (tx) => {
        tries += 1;
        await tx.findOneBy(RemovedChat, { chatId: 'shared' });
        const before = raised;
        // Once it is alone, none of the others commits however long it takes.
        if (tries > 2) await sleep(200);
        else await eventually('another lane has changed the row', () => raised > before);
        expect(tries > 2 ? raised : before).toBe(before);
        await tx.query(raise);
      },
      { lane: 'standing' },
    );
    expect(await caught(standing)).toBeUndefined();
    isOver = true;
    expect(await Promise.all(others.map(caught))).toEqual(others.map(() => undefined));
    expect(tries).toBe(3);
    expect(await database.read.findOneBy(RemovedChat, { chatId: 'shared' })).toHaveProperty('userId', `${raised + 1}`);
  });

  it('is unavailable to a write in whose way a program beside the service stands each time, and says at what', async () => {
    await database.write(insert(RemovedChat, row('contended')));
    const conflicts = async (): Promise<number> =>
      (await commitConflicts.get()).values.reduce((sum, { value }) => sum + value, 0);
    const before = await conflicts();
    const contended = database.write(async (tx) => {
      await tx.findOneBy(RemovedChat, { chatId: 'contended' });
      await execute(`UPDATE removed_chats SET removed_at = removed_at || '.' WHERE chat_id = 'contended'`);
      await tx.update(RemovedChat, { chatId: 'contended' }, { userId: 'a secret' });
    });
    const refusal = await caught(contended);
    expect(refusal).toMatchObject(UNAVAILABLE);
    const { message } = (refusal as Error).cause as Error;
    expect(message).toMatch(/6 times.* UPDATE "removed_chats": could not serialize access .*\(40001\)/);
    expect(message).not.toContain('a secret');
    expect(await conflicts()).toBe(before + 6);
    await works('after the conflict');
  });

  it('knows of a commit whose answer was lost whether it was made', async () => {
    const acting = async (after: string, id: string): Promise<unknown> => {
      const writing = database.write(async (tx) => {
        await insert(RemovedChat, row(id))(tx);
        // A trigger that waits within COMMIT.
        await tx.query(`SELECT set_config('relay.wait', $1, true)`, [after]);
      });
      const result = caught(writing);
      await eventually('the commit is under way', async () => {
        const rows = await database.read.query<unknown[]>(
          `SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event = 'PgSleep'`,
        );
        return rows.length > 0;
      });
      await server.kill();
      await server.launch();
      return result;
    };
    await execute(
      `CREATE FUNCTION relay_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_sleep(coalesce(nullif(current_setting('relay.wait', true), ''), '0')::float); RETURN NULL; END $$`,
      `CREATE CONSTRAINT TRIGGER relay_wait AFTER INSERT ON removed_chats DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION relay_wait()`,
    );
    const outcome = await acting('1.5', 'in doubt');
    const isStored = await database.read.existsBy(RemovedChat, { chatId: 'in doubt' });
    expect(isStored).toBe(outcome === undefined);
    expect(outcome).toMatchObject(UNAVAILABLE);
    await execute('DROP TRIGGER relay_wait ON removed_chats');
    await works('after the doubt');
  });

  it('keeps the log of chats without gap or repeat while the server is killed again and again', async () => {
    const log = new EventLog(database, new EventFeed());
    const chats = await Promise.all(upTo(6).map(() => addChat(database)));
    let isOver = false;
    const writing = chats.map(async (chatId) => {
      const seqs: number[] = [];
      for (let count = 1; !isOver || count < 20; count += 1) {
        const events = [{ type: 'warning', turnId: null, data: { message: `${count}` } } as const];
        const [stored] = await log.append({ chatId, userId: USER_ID }, { events }, 'retry');
        seqs.push(stored?.seq ?? -1);
      }
      return seqs;
    });
    for (let kills = 0; kills < 4; kills += 1) {
      await sleep(300 + kills * 37);
      await server.kill();
      await server.launch();
    }
    isOver = true;
    const acknowledged = await Promise.all(writing);
    for (const [index, chatId] of chats.entries()) {
      const rows = await database.untilRead((read) =>
        read.find(EventEntity, { where: { chatId }, order: { seq: 'ASC' } }),
      );
      expect(rows.map(({ seq }) => seq)).toEqual(upTo(rows.length));
      expect(rows.map(({ data }) => data)).toEqual(upTo(rows.length).map((count) => ({ message: `${count}` })));
      expect(acknowledged[index]).toEqual(upTo(rows.length));
    }
  });

  it('is written no more by a service whose database another one has taken over', async () => {
    await execute('DELETE FROM write_lanes');
    const refused = await caught(database.write(insert(RemovedChat, row('fenced'))));
    expect(isStorageFault(refused)).toBe(true);
    expect(await database.read.existsBy(RemovedChat, { chatId: 'fenced' })).toBe(false);
  });
});
