import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { KeptPostgres } from '../../../src/backup/kept-postgres';
import { PostgresProgram } from '../../../src/backup/postgres-programs';
import { RemovedChat } from '../../../src/chat/entities/removed-chat.entity';
import { ConfigError } from '../../../src/config/config.error';
import type { DatabaseConfig } from '../../../src/config/database.config';
import { Database } from '../../../src/database/database';
import { postgresEnvironment } from '../../../src/database/postgres-connection';
import { PostgresDialect } from '../../../src/database/postgres-dialect';
import { find, insert } from '../../../src/database/rows';
import { schema } from '../../../src/schema';
import { CuttingProxy } from '../../support/cutting-proxy';
import { eventually } from '../../support/eventually';
import { postgresConfig } from '../../support/postgres';
import { postgresBinaries, PostgresServer } from '../../support/postgres-server';

const row = (chatId: string): RemovedChat => ({ chatId, userId: 'ada', familyId: null, threadIds: [], removedAt: '' });
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const UNAVAILABLE = { status: 503, code: 'storage_unavailable' };

const describeWithServer = postgresBinaries() === undefined ? describe.skip : describe;

describeWithServer('a database on a PostgreSQL that is reached over a network', () => {
  let server: PostgresServer;
  const lines: { level: string; message: string; rest: string }[] = [];
  const log =
    (level: string) =>
    (rest: unknown, message?: string): void =>
      void lines.push({ level, message: message ?? '', rest: JSON.stringify(rest) });
  const logger = { warn: log('warn'), info: log('info'), error: log('error') } as never;

  const open = async (url: string, more: Partial<DatabaseConfig> = {}): Promise<Database> => {
    const config = postgresConfig(url, { statementTimeoutSeconds: 2, startWaitSeconds: 5, ...more });
    const database = new Database(new PostgresDialect(config, schema, { prepares: true, logger }));
    await database.open();
    return database;
  };

  async function execute(...statements: string[]): Promise<void> {
    const client = new Client({ connectionString: server.url('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }

  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: server.folder, stdio: ['ignore', 'pipe', 'pipe'] });

  const authority = (name: string): void =>
    void openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`],
    );

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server?.dispose());
  beforeEach(() => {
    lines.length = 0;
  });

  it('takes a commit whose answer was lost for made when it was, and tells who waits too long for it', async () => {
    const proxy = await CuttingProxy.start(server.port);
    const database = await open(server.url('postgres').replace(`:${server.port}/`, `:${proxy.port}/`));
    try {
      await database.write(insert(RemovedChat, row('before')));
      proxy.cutsCommit = true;
      const writing = database.write(insert(RemovedChat, row('in doubt')));
      const told = await caught(database.confirmed(writing, 100));
      expect(told).toMatchObject({ ...UNAVAILABLE, detail: expect.stringContaining('may have stored it') as string });
      expect(database.isFailing).toBe(true);
      proxy.isDown = false;
      expect(await caught(writing)).toBeUndefined();
      expect(await find(database.read, RemovedChat, { chatId: 'in doubt' }, 2, 'chatId')).toHaveLength(1);
      expect(await database.confirmed(database.write(insert(RemovedChat, row('after'))))).toBeUndefined();
    } finally {
      await database.close();
      proxy.stop();
    }
  });

  it('does not take for committed what was lost with its connection just before COMMIT', async () => {
    const database = await open(server.url('postgres'));
    try {
      const result = await caught(
        database.write(async (tx) => {
          await insert(RemovedChat, row('lost before COMMIT'))(tx);
          const [{ pid }] = await tx.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
          await execute(`SELECT pg_terminate_backend(${pid})`);
          await sleep(200);
        }),
      );
      expect(result).toMatchObject(UNAVAILABLE);
      expect(await database.read.existsBy(RemovedChat, { chatId: 'lost before COMMIT' })).toBe(false);
      expect(await caught(database.write(insert(RemovedChat, row('after the loss'))))).toBeUndefined();
    } finally {
      await database.close();
    }
  });

  it('does the reads of a snapshot again, all of them, when their connection is lost in the middle', async () => {
    const database = await open(server.url('postgres'));
    try {
      const counts: number[] = [];
      const seen = await database.snapshot(async (read) => {
        const first = await read.count(RemovedChat);
        counts.push(first);
        const [{ pid }] = await read.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
        await database.write(insert(RemovedChat, row(`meanwhile ${counts.length}`)));
        if (counts.length === 1) await execute(`SELECT pg_terminate_backend(${pid})`);
        if (counts.length === 1) await sleep(50);
        const rows = await find(read, RemovedChat, { userId: 'ada' }, 1_000, 'chatId');
        return [first, await read.count(RemovedChat), rows.length];
      });
      expect(counts).toHaveLength(2);
      expect(new Set(seen)).toEqual(new Set([counts[1]]));
      // None of the connections that go on is left in a transaction.
      const open = await database.read.query<unknown[]>(
        `SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND application_name = 'codex-relay'`,
      );
      expect(open).toEqual([]);
    } finally {
      await database.close();
    }
  });

  it('answers other reads while as many snapshots as there may be are under way', async () => {
    const database = await open(server.url('postgres'), { poolSize: 4 });
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const more = await open(server.url('postgres'), { startWaitSeconds: 0 }).catch((error: unknown) => error);
    expect(more).toBeInstanceOf(ConfigError);
    try {
      const snapshots = Array.from({ length: 6 }, () => database.snapshot(() => end));
      expect(await caught(database.read.count(RemovedChat))).toBeUndefined();
      resolve();
      await Promise.all(snapshots);
    } finally {
      await database.close();
    }
  });

  it('is unavailable while the server has no connection left, and is used again when it has', async () => {
    await execute('CREATE ROLE small LOGIN', 'CREATE DATABASE small OWNER small');
    const database = await open(server.url('small').replace('relay:', 'small:'));
    try {
      await database.write(insert(RemovedChat, row('one')));
      await execute(
        'ALTER ROLE small CONNECTION LIMIT 0',
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'small'`,
      );
      expect(await caught(database.write(insert(RemovedChat, row('two'))))).toMatchObject(UNAVAILABLE);
      expect(await caught(database.read.count(RemovedChat))).toMatchObject(UNAVAILABLE);
      await execute('ALTER ROLE small CONNECTION LIMIT -1');
      await eventually(
        'it can be written',
        async () => (await caught(database.write(insert(RemovedChat, row('two'))))) === undefined,
      );
      expect(await database.read.count(RemovedChat)).toBe(2);
    } finally {
      await database.close();
    }
  });

  it('has a line in the log when the server is lost and one when it is back, without a secret', async () => {
    const database = await open(server.url('postgres'));
    try {
      await server.kill();
      await eventually('the loss is told', () => lines.length === 1);
      await sleep(1_500);
      await server.launch();
      await eventually('the return is told', () => lines.length === 2);
      expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
        'warn: the connection to PostgreSQL is lost: turns wait until it is back',
        'info: the connection to PostgreSQL is restored',
      ]);
      expect(JSON.stringify(lines)).not.toContain('not-asked-for');
    } finally {
      await database.close();
    }
    expect(lines).toHaveLength(2);
  });

  it('is encrypted and proven by DATABASE_SSL=verify-full, and refuses a certificate of another authority', async () => {
    for (const name of ['authority', 'stranger']) authority(name);
    openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=db', '-keyout', 'db.key', '-out', 'db.csr');
    execFileSync(
      'sh',
      [
        '-c',
        `printf 'subjectAltName=DNS:localhost' > db.ext && openssl x509 -req -in db.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile db.ext -out db.pem`,
      ],
      { cwd: server.folder, stdio: 'pipe' },
    );
    const { uid, gid } = statSync(join(server.folder, 'data'));
    for (const file of ['db.key', 'db.pem']) {
      chownSync(join(server.folder, file), uid, gid);
      chmodSync(join(server.folder, file), 0o600);
    }
    await server.stop();
    const file = (name: string): string => join(server.folder, name);
    await server.launch(['ssl=on', `ssl_cert_file=${file('db.pem')}`, `ssl_key_file=${file('db.key')}`]);

    const byName = server.url('postgres').replace('127.0.0.1', 'localhost');
    const ssl = { ssl: 'verify-full', sslCaFile: file('authority.pem') } as const;
    const database = await open(byName, ssl);
    const [connection] = await database.read.query<{ ssl: boolean }[]>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(connection).toEqual({ ssl: true });
    await database.close();

    const wrongCa = await caught(open(byName, { ...ssl, sslCaFile: file('stranger.pem') }));
    expect(wrongCa).toBeInstanceOf(ConfigError);
    expect(String(wrongCa)).toMatch(/cannot be opened: .*certificate|cannot be opened: .*verify/);
    const wrongName = await caught(open(server.url('postgres'), ssl));
    expect(String(wrongName)).toMatch(/does not match certificate/);
    expect(await caught(open(server.url('postgres'), { ...ssl, ssl: 'verify-ca' }).then((one) => one.close()))).toBe(
      undefined,
    );
    expect(`${String(wrongCa)}${String(wrongName)}`).not.toContain('not-asked-for');

    // PostgreSQL's own programs are as strict.
    await new KeptPostgres(postgresConfig(byName, ssl)).save(file('backup.dump'));
    expect(statSync(file('backup.dump')).size).toBeGreaterThan(1_000);
    const stranger = { ...postgresEnvironment(postgresConfig(byName, ssl)), PGSSLROOTCERT: file('stranger.pem') };
    const refused = new PostgresProgram('pg_dump', stranger).run(['--schema-only']);
    await expect(refused).rejects.toThrow(/certificate verify failed/);
    const systems = new PostgresProgram('pg_dump', postgresEnvironment(postgresConfig(byName, { ssl: 'verify-full' })));
    await expect(systems.run(['--schema-only'])).rejects.toThrow(/certificate verify failed/);
  });
});
