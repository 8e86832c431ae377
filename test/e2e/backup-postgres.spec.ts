import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { removeDataRoot } from '../support/data-root';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { createPostgresDatabase, dropPostgresDatabase, hasPostgres } from '../support/postgres';
import { Program } from '../support/program';
import { textOf } from '../support/relay-client';
import type { ScriptedModel } from '../support/scripted-model';
import { newDataRoot, RelayService } from '../support/service';
import { TemporaryFolder } from '../support/temporary-folder';
import { promptTextOf, startWordedModel } from '../support/worded-model';

const PASSWORD = 'not-asked-for';

(hasPostgres() ? describe : describe.skip)('a backup of a service on PostgreSQL, made while turns run', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let folder: TemporaryFolder;
  let backup: string;
  let source: string;
  let ids: Record<'talk' | 'picture' | 'running', string>;
  let made: { code: number | null; stdout: string; stderr: string };
  const addresses: string[] = [];
  const roots: string[] = [];

  const newAddress = async (isEmpty = true): Promise<string> => {
    const address = await createPostgresDatabase({ isEmpty });
    addresses.push(address);
    return address;
  };
  const newRoot = (): string => {
    const root = newDataRoot();
    roots.push(root);
    return root;
  };
  const program = (name: string, args: string[], dataRoot: string, url: string, more = {}): Program =>
    new Program(`backup/${name}-main.js`, args, folder.path, {
      ...{ CODEX_DATA_ROOT: dataRoot, DATABASE_URL: url, ...more },
    });

  async function query<T>(address: string, text: string): Promise<T[]> {
    const client = new Client({ connectionString: address });
    await client.connect();
    try {
      return (await client.query(text)).rows as T[];
    } finally {
      await client.end();
    }
  }

  const schemasOf = async (address: string): Promise<string[]> => {
    const text = `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'codex_relay%'`;
    return (await query<{ name: string }>(address, text)).map(({ name }) => name);
  };

  beforeAll(async () => {
    folder = new TemporaryFolder();
    model = await startWordedModel();
    source = await newAddress();
    const storage = { STORAGE_PATH: join(folder.path, 'blobs') };
    service = await RelayService.start({ modelUrl: model.url, environment: { DATABASE_URL: source, ...storage } });
    const { client } = service;
    const newChat = async (): Promise<string> => (await client.createChat({})).id;
    ids = { talk: await newChat(), picture: await newChat(), running: await newChat() };
    await client.ask(ids.talk, 'my name is Ada');
    const image = { type: 'image', url: PIXEL };
    await client.ask(ids.picture, { content: [{ type: 'text', text: 'this is my pixel' }, image] });
    await client.ask(ids.running, 'my town is Delft');
    const live = await client.follow(ids.running);
    await client.send(ids.running, 'say 3000 words every 50 ms');
    await live.until('some text', () => live.publishedText.includes('word20 '));
    await live.close();
    backup = join(folder.path, 'first');
    made = await program('backup', [backup], service.dataRoot, source, storage).ended;
    await service.stop();
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
    for (const root of roots) removeDataRoot(root);
    for (const address of addresses) await dropPostgresDatabase(address);
    folder?.remove();
  });

  it('has the dump, and the blobs from outside of the data root; the password is nowhere', () => {
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('copying the database')]);
    const manifest: unknown = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      database: { kind: 'postgres', file: 'database/database.dump', serverVersion: expect.any(Number) as number },
      blobs: { type: 'local', folder: 'storage' },
      skipped: [],
    });
    expect(readFileSync(join(backup, 'files.jsonl'), 'utf8')).toMatch(/"storage\/[^"]+\/[0-9a-f]{2}\/[0-9a-f]{64}-/);
    expect(`${made.stdout}${made.stderr}`).not.toContain(PASSWORD);
    expect(spawnSync('grep', ['-rlF', PASSWORD, backup]).stdout.toString()).toBe('');
  });

  it('is restored into an empty database, where each chat goes on and the model is told what was said', async () => {
    const target = await newAddress();
    const environment = { DATABASE_URL: target, STORAGE_PATH: join(folder.path, 'other-blobs') };
    const restored = await RelayService.start({
      environment,
      prepare: async (dataRoot) => {
        const ended = await program('restore', [backup], dataRoot, target, environment).ended;
        expect([ended.code, `${ended.stdout}${ended.stderr}`]).toEqual([0, expect.not.stringContaining(PASSWORD)]);
      },
    });
    try {
      for (const [name, id] of Object.entries(ids)) {
        const question = `and now in ${name}`;
        const { turn, message } = await restored.client.ask(id, question);
        expect([turn.status, textOf(message)]).toEqual(['completed', `You said: ${question}`]);
        const request = model.requests.findLast(({ lastUserText }) => lastUserText === question);
        const prompt = request === undefined ? '' : promptTextOf(request);
        expect(prompt).toContain({ talk: 'my name is Ada', picture: 'data:image/png', running: 'word20 ' }[name]);
      }
      const { body } = await restored.client.request<{ data: unknown[] }>('GET', '/api/v1/search?q=Delft');
      expect(body.data).not.toEqual([]);
      expect((await restored.client.turns(ids.running)).map(({ status }) => status)).toContain('interrupted');
      expect(restored.errorLines).toEqual([]);
      expect(await schemasOf(target)).toEqual([]);
      const { code, stderr } = await program('restore', [backup, '--replace'], newRoot(), target).ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining('another codex-relay is running')]);
    } finally {
      await restored.dispose();
    }
  });

  it('refuses a database that has tables, unless they may be replaced', async () => {
    const target = await newAddress(false);
    const root = newRoot();
    const refused = await program('restore', [backup], root, target).ended;
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is data already')]);
    await query(target, 'CREATE TABLE of_a_later_version (id int)');
    const { code, stderr } = await program('restore', [backup, '--replace'], root, target).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('restoring the database')]);
    expect(await query(target, 'SELECT 1 FROM chat_sessions')).toHaveLength(3);
    expect(await query(target, `SELECT 1 FROM pg_tables WHERE tablename = 'of_a_later_version'`)).toEqual([]);
    expect(await schemasOf(target)).toEqual([]);
  });

  it('keeps what was there when it is killed in the middle, says so, and is begun again', async () => {
    const target = await newAddress(false);
    await query(target, 'CREATE TABLE mine (id int)');
    const root = newRoot();
    const killed = program('restore', [backup, '--replace'], root, target);
    await eventually('the database is being restored', () => killed.stderr.includes('restoring the database'), 60_000);
    killed.signal('SIGKILL');
    await killed.ended;
    expect(existsSync(join(root, 'restore.unfinished'))).toBe(true);
    expect(await schemasOf(target)).toEqual(['codex_relay_replaced']);
    expect(await query(target, 'SELECT 1 FROM codex_relay_replaced.mine')).toEqual([]);
    const environment = { CODEX_DATA_ROOT: root, DATABASE_URL: target };
    await expect(RelayService.start({ environment })).rejects.toThrow('run npm run restore again');
    // Whoever starts on the database alone, from another machine, is told so, too.
    const elsewhere = RelayService.start({ environment: { DATABASE_URL: target } });
    await expect(elsewhere).rejects.toThrow(/database "relay_.*a restore into it is not finished; run npm run restore/);
    const { code } = await program('restore', [backup], root, target).ended;
    expect([code, await schemasOf(target)]).toEqual([0, []]);
    expect(await query(target, 'SELECT 1 FROM chat_sessions')).toHaveLength(3);
    expect(existsSync(join(root, 'restore.unfinished'))).toBe(false);
  });

  it('says in words what stands in its way', async () => {
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    const attempt = async (PATH: string): Promise<string> => {
      const { code, stderr } = await program('backup', [join(folder.path, 'not')], service.dataRoot, source, { PATH })
        .ended;
      expect([code, existsSync(join(folder.path, 'not')), stderr.includes(PASSWORD)]).toEqual([1, false, false]);
      return stderr;
    };
    expect(await attempt(bin)).toContain("pg_dump cannot be run: it is not on PATH: install PostgreSQL's client");
    writeFileSync(join(bin, 'pg_dump'), '#!/bin/sh\necho "pg_dump (PostgreSQL) 13.2"\n');
    chmodSync(join(bin, 'pg_dump'), 0o755);
    expect(await attempt(bin)).toMatch(/pg_dump on PATH is of PostgreSQL 13, and the server of \d+: install/);
    const sqlite = await program('restore', [backup], newRoot(), '').ended;
    expect(sqlite.stderr).toContain('the backup is of postgres, and the settings name sqlite');
  });
});
