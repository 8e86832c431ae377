import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeDataRoot } from '../support/data-root';
import { eventually } from '../support/eventually';
import { PIXEL } from '../support/pixel';
import { Program } from '../support/program';
import { textOf } from '../support/relay-client';
import { S3Server } from '../support/s3-server';
import type { ScriptedModel } from '../support/scripted-model';
import { newDataRoot, RelayService } from '../support/service';
import { TemporaryFolder } from '../support/temporary-folder';
import { promptTextOf, startWordedModel } from '../support/worded-model';

interface Manifest {
  readonly blobs: { readonly type: string; readonly folder: string | null; readonly note: string };
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

describe('a backup of a service whose database and blobs lie outside of the data root', () => {
  let model: ScriptedModel;
  let service: RelayService;
  let folder: TemporaryFolder;
  let backup: string;
  let chatId: string;
  const roots: string[] = [];

  const places = (name: string): Record<string, string> => ({
    ...{ CODEX_DB_ROOT: join(folder.path, `${name}-db`), STORAGE_PATH: join(folder.path, `${name}-blobs`) },
  });
  const newRoot = (): string => {
    const root = newDataRoot();
    roots.push(root);
    return root;
  };
  const program = (name: string, args: string[], dataRoot: string, more: Record<string, string>): Program =>
    new Program(`backup/${name}-main.js`, args, folder.path, { CODEX_DATA_ROOT: dataRoot, ...more });
  /** Their names and contents. */
  const blobsIn = (path: string): [string, string][] =>
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((file) => /[0-9a-f]{64}-/.test(file))
      .map((file) => [file, readFileSync(join(path, file)).toString('base64')]);
  const manifestOf = (path: string): Manifest =>
    JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as Manifest;

  beforeAll(async () => {
    folder = new TemporaryFolder();
    model = await startWordedModel();
    service = await RelayService.start({ modelUrl: model.url, environment: { DATABASE_URL: '', ...places('source') } });
    ({ id: chatId } = await service.client.createChat({}));
    const image = { type: 'image', url: PIXEL };
    await service.client.ask(chatId, { content: [{ type: 'text', text: 'this is my pixel' }, image] });
    backup = join(folder.path, 'first');
    const { code, stderr } = await program('backup', [backup], service.dataRoot, places('source')).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('source-blobs')]);
    await service.stop();
  });
  afterAll(async () => {
    await model?.stop();
    await service?.dispose();
    for (const root of roots) removeDataRoot(root);
    folder?.remove();
  });

  it('has the blobs, and is restored to where the settings want them', async () => {
    expect(manifestOf(backup)).toMatchObject({ blobs: { type: 'local', folder: 'storage' }, skipped: [] });
    const environment = { DATABASE_URL: '', ...places('other') };
    const restored = await RelayService.start({
      environment,
      prepare: async (dataRoot) => {
        const { code, stderr } = await program('restore', [backup], dataRoot, environment).ended;
        expect([code, stderr]).toEqual([0, expect.stringContaining('restoring the database')]);
        expect(existsSync(join(dataRoot, 'storage'))).toBe(false);
      },
    });
    try {
      const { turn, message } = await restored.client.ask(chatId, 'what was it');
      expect([turn.status, textOf(message)]).toEqual(['completed', 'You said: what was it']);
      const request = model.requests.findLast(({ lastUserText }) => lastUserText === 'what was it');
      expect(request === undefined ? '' : promptTextOf(request)).toContain('data:image/png');
      expect(restored.errorLines).toEqual([]);
    } finally {
      await restored.dispose();
    }
  });

  it('puts the database that was there aside until it is done, also when it is killed in the middle', async () => {
    const root = newRoot();
    const environment = places('replaced');
    const database = environment.CODEX_DB_ROOT ?? '';
    mkdirSync(database);
    writeFileSync(join(database, 'chat.sqlite'), 'mine');
    writeFileSync(join(database, 'chat.sqlite-wal'), 'mine, too');
    const refused = await program('restore', [backup], root, environment).ended;
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is data already')]);
    const killed = program('restore', [backup, '--replace'], root, environment);
    await eventually('the database is put aside', () => existsSync(join(database, 'chat.sqlite.replaced')), 60_000);
    killed.signal('SIGKILL');
    await killed.ended;
    expect(readFileSync(join(database, 'chat.sqlite.replaced'), 'utf8')).toBe('mine');
    expect(readFileSync(join(database, 'chat.sqlite.replaced-wal'), 'utf8')).toBe('mine, too');
    const start = RelayService.start({ environment: { DATABASE_URL: '', CODEX_DATA_ROOT: root, ...environment } });
    await expect(start).rejects.toThrow('run npm run restore again');
    expect((await program('restore', [backup], root, environment).ended).code).toBe(0);
    expect(readdirSync(database).filter((name) => name.startsWith('chat.sqlite.'))).toEqual([]);
    expect(readFileSync(join(database, 'chat.sqlite'), 'utf8')).toMatch(/^SQLite format 3/);
  });

  it('names a blob that is missing in the storage, and a bucket that is not a part of it', async () => {
    const empty = { ...places('source'), STORAGE_PATH: join(folder.path, 'empty') };
    mkdirSync(empty.STORAGE_PATH);
    const lacking = join(folder.path, 'lacking');
    const { code, stderr } = await program('backup', [lacking], service.dataRoot, empty).ended;
    expect([code, stderr]).toEqual([0, expect.stringContaining('as it is missing in the storage')]);
    expect(manifestOf(lacking).skipped).toHaveLength(1);

    const s3 = { ...empty, STORAGE_TYPE: 's3', S3_BUCKET: 'pictures', S3_ENDPOINT: 'http://minio:9000' };
    const bucket = join(folder.path, 'bucket');
    await program('backup', [bucket, '--without-blobs'], service.dataRoot, s3).ended;
    const note = expect.stringContaining('in the bucket http://minio:9000/pictures, which is not a part') as string;
    expect(manifestOf(bucket).blobs).toEqual({ type: 's3', folder: null, note });
    const restored = await program('restore', [bucket], newRoot(), places('bucket')).ended;
    expect([restored.code, restored.stderr]).toEqual([
      0,
      expect.stringContaining('the next start needs STORAGE_TYPE=s3'),
    ]);

    const volume = { ...empty, STORAGE_TYPE: 'volume', STORAGE_PATH: '/not-mounted-anywhere' };
    const away = await program('backup', [join(folder.path, 'away')], service.dataRoot, volume).ended;
    expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('the volume of the blobs is not mounted')]);
  });

  it('is restored into a bucket, and a backup of that has what is in the bucket, for a disk as well', async () => {
    const server = await S3Server.start();
    try {
      const { endpoint, bucket: name, accessKeyId, secretAccessKey } = server.settings();
      const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
      const s3 = { ...places('s3'), STORAGE_TYPE: 's3', S3_ENDPOINT: endpoint, S3_BUCKET: name, ...keys };
      const root = newRoot();
      expect((await program('restore', [backup], root, s3).ended).code).toBe(0);
      expect(existsSync(join(folder.path, 's3-blobs'))).toBe(false);

      const fromBucket = join(folder.path, 'from-bucket');
      const { code, stderr } = await program('backup', [fromBucket], root, s3).ended;
      expect([code, stderr]).toEqual([0, expect.stringContaining(`copying the bucket ${endpoint}/${name}`)]);
      expect(stderr).not.toContain(secretAccessKey);
      expect(manifestOf(fromBucket)).toMatchObject({ blobs: { type: 's3', folder: 'storage' }, skipped: [] });
      expect(blobsIn(join(fromBucket, 'storage'))).toEqual(blobsIn(join(backup, 'storage')));

      const disk = places('from-bucket');
      expect((await program('restore', [fromBucket], newRoot(), disk).ended).code).toBe(0);
      expect(blobsIn(disk.STORAGE_PATH ?? '')).toEqual(blobsIn(join(backup, 'storage')));

      await server.stop();
      const unreachable = await program('backup', [join(folder.path, 'no')], root, s3).ended;
      expect([unreachable.code, unreachable.stderr]).toEqual([
        1,
        expect.stringMatching(/the bucket .*pictures cannot be copied: .*; with --without-blobs the backup is made/),
      ]);
      expect(existsSync(join(folder.path, 'no'))).toBe(false);
    } finally {
      await server.stop();
    }
  });
});
