import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { openWriter } from '../../src/database/sqlite-data-source';
import { schema } from '../../src/schema';
import { openFile } from '../fixtures/sql-dump';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { createPostgresDatabase, dropPostgresDatabase, hasPostgres } from '../support/postgres';
import { Program } from '../support/program';
import { textOf } from '../support/relay-client';
import type { ScriptedModel } from '../support/scripted-model';
import { RelayService } from '../support/service';
import { REPOSITORY, ServiceProcess } from '../support/service-process';
import { TemporaryFolder } from '../support/temporary-folder';
import { promptTextOf, startWordedModel } from '../support/worded-model';

const FIXTURE = join(REPOSITORY, 'test', 'fixtures', '0.1.0-next', 'database.sql');
/** More than a copy has done when it is killed. */
const MANY_EVENTS = 25_000;
const PASSWORD = 'not-asked-for';

(hasPostgres() ? describe : describe.skip)('npm run data:copy between SQLite and PostgreSQL', () => {
  let folder: TemporaryFolder;
  let count = 0;
  const addresses: string[] = [];

  beforeAll(() => {
    folder = new TemporaryFolder();
  });
  afterAll(async () => {
    for (const address of addresses) await dropPostgresDatabase(address);
    folder?.remove();
  });

  const newFolder = (): string => {
    const path = join(folder.path, `${++count}`);
    mkdirSync(path);
    return path;
  };
  const newAddress = async (): Promise<string> => {
    const address = await createPostgresDatabase({ isEmpty: true });
    addresses.push(address);
    return address;
  };

  const copy = (from: string, to: string, environment = {}): Program =>
    new Program('data-copy/main.js', ['--from', from, '--to', to], folder.path, environment);

  /** Runs a copy to its end; resolves with its table of counts and checksums. */
  async function copied(from: string, to: string): Promise<string[]> {
    const { code, stdout, stderr } = await copy(from, to).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('rows are the same')]);
    expect(`${stdout}${stderr}`).not.toContain(PASSWORD);
    return stdout.split('\n').filter((line) => /^\w+ +\d+ +[0-9a-f]{16}$/.test(line));
  }

  async function query<T>(address: string, text: string): Promise<T[]> {
    const client = new Client({ connectionString: address });
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  }

  /** A database with rows in every table of its time, of this version. @param events how many more */
  async function newSource(events = 0): Promise<string> {
    const path = newFolder();
    const file = await openFile(join(path, 'chat.sqlite'));
    await file.run(readFileSync(FIXTURE, 'utf8'));
    await file.close();
    const database = await openWriter(path, schema);
    await database.runMigrations();
    const names = database.getMetadata('EventEntity').columns.map(({ databaseName }) => databaseName);
    const values = names.map((name) => (name === 'seq' ? 'n.seq' : `e."${name}"`)).join(',');
    if (events > 0) {
      await database.query(
        `INSERT INTO events (${names.map((name) => `"${name}"`).join(',')})
         WITH RECURSIVE n(seq) AS (SELECT 10000 UNION ALL SELECT seq + 1 FROM n LIMIT ${events})
         SELECT ${values} FROM n, (SELECT * FROM events ORDER BY chat_id, seq LIMIT 1) AS e`,
      );
    }
    await database.destroy();
    return path;
  }

  it('has the same checksums after the way to PostgreSQL and back, in every table of the schema', async () => {
    const [source, address, back] = [await newSource(), await newAddress(), newFolder()];
    const there = await copied(source, address);
    expect(there).toHaveLength(schema.entities.length);
    expect(there.find((line) => line.startsWith('events '))).not.toMatch(/^events +0 /);
    expect(await copied(address, back)).toEqual(there);
    expect(await copied(source, back)).toEqual(there);
  });

  it('says a copy that is there already to be whole, and takes the address from the settings', async () => {
    const [source, address] = [await newSource(), await newAddress()];
    await copied(source, address);
    const { code, stdout, stderr } = await copy(source, 'DATABASE_URL', { DATABASE_URL: address }).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('as many rows as the source')]);
    expect(stdout).toMatch(/and the PostgreSQL database "\w+" at 127\.0\.0\.1:\d+\.\n$/);
    expect((await copy(source, 'DATABASE_URL').ended).stderr).toContain('DATABASE_URL is not set');
  });

  it('refuses a target with data of its own, and an address of something else', async () => {
    const [source, address] = [await newSource(), await newAddress()];
    await copied(source, address);
    await query(address, 'DELETE FROM model_calls');
    const { code, stderr } = await copy(source, address).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('has data of its own')]);
    expect((await copy(source, 'mysql://root@localhost/x').ended).stderr).toContain('postgres://USER@HOST:PORT/NAME');
    const other = address.replace(/relay_\w+$/, 'not_there');
    const missing = await copy(source, other).ended;
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('"not_there" does not exist')]);
    expect(missing.stderr).not.toContain(PASSWORD);
  });

  it('goes on where it was after it was killed, and no service starts on the half of it', async () => {
    const [source, address] = [await newSource(MANY_EVENTS), await newAddress()];
    const killed = copy(source, address);
    const rows = async (): Promise<number> => {
      const found = await query<{ n: string }>(address, 'SELECT COUNT(*) AS n FROM events').catch(() => []);
      return Number(found[0]?.n ?? 0);
    };
    await eventually('some events are copied', async () => (await rows()) > 300, 60_000);
    killed.signal('SIGKILL');
    await killed.ended;
    const before = await rows();
    expect(before).toBeLessThan(MANY_EVENTS);
    const service = new ServiceProcess(folder.path, {
      ...{ CODEX_DATA_ROOT: newFolder(), DATABASE_URL: address, PORT: '0' },
    });
    const { code } = await service.exited;
    expect([code, service.stderr]).toEqual([1, expect.stringContaining('copy that is not finished')]);
    const { stderr } = await copy(source, address).ended;
    expect(stderr).toContain('going on with the copy that was begun');
    expect(await rows()).toBeGreaterThanOrEqual(MANY_EVENTS);
    expect(await query(address, `SELECT 1 FROM pg_tables WHERE tablename = 'unfinished_copy'`)).toEqual([]);
  });

  describe('of a service', () => {
    let model: ScriptedModel;
    let service: RelayService;
    let address: string;
    let ids: Record<'talk' | 'picture' | 'work', string>;

    beforeAll(async () => {
      model = await startWordedModel();
      service = await RelayService.start({ modelUrl: model.url, environment: { DATABASE_URL: '' } });
      const newChat = async (input = {}): Promise<string> => (await service.client.createChat(input)).id;
      ids = { talk: await newChat(), picture: await newChat(), work: await newChat({ backend: 'demo' }) };
      await service.client.ask(ids.talk, 'my name is Ada, and my pet a wombat');
      const image = { type: 'image', url: PIXEL };
      await service.client.ask(ids.picture, { content: [{ type: 'text', text: 'this is my pixel' }, image] });
      await service.client.ask(ids.work, "run: printf 'kept\\n' > note.txt");
      address = await newAddress();
    });
    afterAll(async () => {
      await model?.stop();
      await service?.dispose();
    });

    it('refuses while it runs, on either side', async () => {
      const refused = async (from: string, to: string): Promise<void> => {
        const { code, stderr } = await copy(from, to).ended;
        expect([code, stderr]).toEqual([1, expect.stringContaining('another codex-relay is running')]);
      };
      await refused(service.dataRoot, address);
      const taken = await newAddress();
      const other = await RelayService.start({ environment: { DATABASE_URL: taken } });
      try {
        await refused(await newSource(), taken);
        await refused(taken, newFolder());
      } finally {
        await other.dispose();
      }
    });

    it('goes on with every chat on PostgreSQL, whose search finds what was said before', async () => {
      const before = await Promise.all(Object.values(ids).map((id) => service.client.messages(id)));
      await service.stop();
      const there = await copied(service.dataRoot, address);
      expect(there.find((line) => line.startsWith('blob_references '))).toMatch(/^blob_references +1 /);
      await service.restart({ DATABASE_URL: address });
      const { client } = service;
      expect(await Promise.all(Object.values(ids).map((id) => client.messages(id)))).toEqual(before);
      await eventually('the search finds it', async () => {
        const { body } = await client.request<{ data: { chatId: string }[] }>('GET', '/api/v1/search?q=wombat');
        return body.data.some(({ chatId }) => chatId === ids.talk);
      });
      for (const [name, id] of Object.entries(ids)) {
        if (name === 'work') continue;
        const question = `and now in ${name}`;
        const { turn, message } = await client.ask(id, question);
        expect([turn.status, textOf(message)]).toEqual(['completed', `You said: ${question}`]);
        const request = model.requests.findLast(({ lastUserText }) => lastUserText === question);
        const prompt = request === undefined ? '' : promptTextOf(request);
        expect(prompt).toContain(name === 'talk' ? 'my name is Ada' : 'data:image/png');
      }
      await client.ask(ids.work, 'run: cat note.txt');
      const [, action] = await client.agentActions(ids.work);
      expect(action?.data.output).toContain('kept');
      expect(service.errorLines).toEqual([]);
      expect(await query(address, 'SELECT 1 FROM chat_sessions')).toHaveLength(3);
    });

    it('is a copy as good on the way back, with what was said on PostgreSQL', async () => {
      await service.stop();
      const back = newFolder();
      await copied(address, back);
      await service.restart({ CODEX_DB_ROOT: back });
      const { turn, message } = await service.client.ask(ids.talk, 'and at home');
      expect([turn.status, textOf(message)]).toEqual(['completed', 'You said: and at home']);
      const request = model.requests.findLast(({ lastUserText }) => lastUserText === 'and at home');
      expect(request === undefined ? '' : promptTextOf(request)).toContain('and now in talk');
    });
  });
});
