import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { openWriter } from '../../src/database/sqlite-data-source';
import { schema } from '../../src/schema';
import { openFile } from '../fixtures/sql-dump';
import { eventually } from '../support/eventually';
import { Program } from '../support/program';
import { RelayService } from '../support/service';
import { REPOSITORY, ServiceProcess } from '../support/service-process';
import { TemporaryFolder } from '../support/temporary-folder';

const FIXTURE = join(REPOSITORY, 'test', 'fixtures', '0.1.0-next', 'database.sql');
/** Those of its time have rows in it. */
const TABLES = [
  ...['agent_actions', 'approval_rules', 'approvals', 'chat_sessions', 'events', 'gateway_keys', 'llm_sessions'],
  ...[
    'messages',
    'model_calls',
    'provider_keys',
    'removed_chats',
    'stored_items',
    'stored_responses',
    'turns',
    'users',
  ],
];
/** More than a copy has done when it is killed. */
const MANY_EVENTS = 25_000;

describe('npm run data:copy', () => {
  let folder: TemporaryFolder;
  let source: string;
  let count = 0;

  beforeAll(async () => {
    folder = new TemporaryFolder();
    source = await newSource();
  });
  afterAll(() => folder?.remove());

  const newFolder = (): string => {
    const path = join(folder.path, `${++count}`);
    mkdirSync(path);
    return path;
  };

  /** A database with rows in every table, of this version. */
  async function newSource(): Promise<string> {
    const path = newFolder();
    const database = await openFile(join(path, 'chat.sqlite'));
    await database.run(readFileSync(FIXTURE, 'utf8'));
    await database.close();
    await withDatabase(path, (opened) => opened.runMigrations());
    return path;
  }

  async function withDatabase<T>(path: string, use: (database: DataSource) => Promise<T>): Promise<T> {
    const database = await openWriter(path, schema);
    try {
      return await use(database);
    } finally {
      await database.destroy();
    }
  }

  /** Every row of every table of the schema. */
  const contentOf = (path: string): Promise<Record<string, unknown[]>> =>
    withDatabase(path, async (database) => {
      const content: Record<string, unknown[]> = {};
      for (const { tableName, primaryColumns } of database.entityMetadatas) {
        const key = primaryColumns.map(({ databaseName }) => databaseName).join(',');
        content[tableName] = await database.query(`SELECT * FROM ${tableName} ORDER BY ${key}`);
      }
      return content;
    });

  const copy = (from: string, to: string): Program =>
    new Program('data-copy/main.js', ['--from', from, '--to', to], folder.path);

  it('copies every row of every table, and says so with counts and checksums', async () => {
    const target = newFolder();
    const { code, stdout, stderr } = await copy(source, target).ended;
    const content = await contentOf(source);
    const events = content.events?.length ?? 0;
    expect([code, stderr]).toEqual([0, expect.stringContaining(`events: ${events} rows are the same`)]);
    expect(await contentOf(target)).toEqual(content);
    const filled = Object.keys(content).filter((name) => (content[name] ?? []).length > 0);
    expect(filled).toEqual(expect.arrayContaining(TABLES));
    expect(stdout).toMatch(new RegExp(`events +${events} +[0-9a-f]{16}\\n`));
    const tables = Object.keys(content).length;
    expect(stdout).toContain(`in ${tables} tables are the same in ${join(source, 'chat.sqlite')} and`);
  });

  it('says of a copy that is there already that it is whole', async () => {
    const target = newFolder();
    await copy(source, target).ended;
    const { code, stderr } = await copy(source, join(target, 'chat.sqlite')).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('as many rows as the source')]);
  });

  describe('is killed in the middle of a big table', () => {
    let big: string;
    let target: string;

    beforeAll(async () => {
      big = await newSource();
      const series = `WITH RECURSIVE n(seq) AS (SELECT 10000 UNION ALL SELECT seq + 1 FROM n LIMIT ${MANY_EVENTS})`;
      const names = await withDatabase(big, (database) =>
        Promise.resolve(database.getMetadata('EventEntity').columns.map(({ databaseName }) => databaseName)),
      );
      const values = names.map((name) => (name === 'seq' ? 'n.seq' : `e."${name}"`)).join(',');
      const first = `(SELECT * FROM events ORDER BY chat_id, seq LIMIT 1)`;
      await withDatabase(big, (database) =>
        database.query(
          `INSERT INTO events (${names.map((name) => `"${name}"`).join(',')}) ${series} SELECT ${values} FROM n, ${first} AS e`,
        ),
      );
      target = newFolder();
      const killed = copy(big, target);
      const rows = (): Promise<number> =>
        openFile(join(target, 'chat.sqlite')).then(async (database) => {
          const [row] = await database.all<{ n: number }>('SELECT COUNT(*) AS n FROM events').catch(() => []);
          await database.close();
          return row?.n ?? 0;
        });
      await eventually('some events are copied', async () => (await rows()) > 300, 40_000);
      killed.signal('SIGKILL');
      await killed.ended;
      expect(await rows()).toBeLessThan(MANY_EVENTS);
    });

    it('keeps every service from the half of it', async () => {
      const dataRoot = newFolder();
      const service = new ServiceProcess(folder.path, {
        ...{ CODEX_DATA_ROOT: dataRoot, CODEX_DB_ROOT: target, PORT: '0' },
      });
      const { code } = await service.exited;
      expect([code, service.stderr]).toEqual([1, expect.stringContaining('copy that is not finished')]);
    });

    it('goes on with no other source', async () => {
      const { code, stderr } = await copy(source, target).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining(`an unfinished copy of ${join(big, 'chat.sqlite')}`)]);
    });

    it('goes on where it was, and is whole then', async () => {
      const { code, stderr } = await copy(big, target).ended;
      expect([code, stderr]).toEqual([0, expect.stringContaining('going on with the copy that was begun')]);
      expect(stderr).toMatch(/events: \d+ rows are the same/);
      expect(Object.keys(await contentOf(target))).not.toContain('unfinished_copy');
    });
  });

  it('finds a row that is another one in the target', async () => {
    const target = newFolder();
    await copy(source, target).ended;
    await withDatabase(target, (database) =>
      database.query(`UPDATE messages SET status = 'partial' WHERE id = (SELECT MIN(id) FROM messages)`),
    );
    const { code, stderr } = await copy(source, target).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('rows of messages differ')]);
  });

  it('refuses a target with data of its own', async () => {
    const target = newFolder();
    await copy(source, target).ended;
    await withDatabase(target, (database) => database.query('DELETE FROM model_calls'));
    const before = await contentOf(target);
    const { code, stderr } = await copy(source, target).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('has data of its own')]);
    expect(await contentOf(target)).toEqual(before);
  });

  it('refuses a source of an earlier version, which the service has to migrate first', async () => {
    const old = newFolder();
    const database = await openFile(join(old, 'chat.sqlite'));
    await database.run(readFileSync(FIXTURE.replace('0.1.0-next', '0.1.0'), 'utf8'));
    await database.close();
    const { code, stderr } = await copy(old, newFolder()).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('start this version of the service on it once')]);
  });

  it('refuses a source or a target that a service runs on, one that is not there, and the same twice', async () => {
    const service = await RelayService.start();
    try {
      const running = service.dataRoot;
      for (const [from, to] of [
        [running, newFolder()],
        [source, running],
      ] as const) {
        const { code, stderr } = await copy(from, to).ended;
        expect([code, stderr]).toEqual([1, expect.stringContaining('another codex-relay is running')]);
      }
    } finally {
      await service.dispose();
    }
    const nowhere = join(folder.path, 'nowhere');
    expect((await copy(nowhere, newFolder()).ended).stderr).toContain(`there is no database ${nowhere}`);
    expect(existsSync(nowhere)).toBe(false);
    expect((await copy(source, join(source, 'chat.sqlite')).ended).stderr).toContain('the same database');
    expect((await new Program('data-copy/main.js', ['--from', source], folder.path).ended).stderr).toContain('--to');
  });
});
