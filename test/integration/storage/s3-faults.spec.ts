import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import pino from 'pino';
import { inspect } from 'node:util';
import { BlobSweeper } from '../../../src/storage/blob-sweeper';
import { Blobs } from '../../../src/storage/blobs';
import { S3BlobStore } from '../../../src/storage/s3-blob-store';
import { Spool } from '../../../src/storage/spool';
import type { S3Config } from '../../../src/config/s3.config';
import { BreakingLine } from '../../support/breaking-line';
import { closeDatabase, GatedDatabase, openDatabase } from '../../support/open-database';
import { S3Server } from '../../support/s3-server';
import { addUser } from '../../support/stored-chat';
import { referenceOf } from '../../support/stored-blobs';
import { TemporaryFolder } from '../../support/temporary-folder';

const LIMITS = { maxBytes: 20_000_000 };
const UNAVAILABLE = { status: 503, code: 'blob_store_unavailable', retryAfterSeconds: 5 };
const SIZE = 3_000_000;

describe('a bucket', () => {
  let server: S3Server;
  let line: BreakingLine;
  let database: GatedDatabase;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    server = await S3Server.start();
    line = await BreakingLine.to(server.port);
    database = await openDatabase();
    folder = new TemporaryFolder();
    await addUser(database, 'ada');
  });
  afterAll(async () => {
    await line?.close();
    await server?.stop();
    if (database) await closeDatabase(database);
    folder?.remove();
  });
  afterEach(() => {
    line.fault = undefined;
    line.breakAll();
  });

  const blobsOn = (change: Partial<S3Config> & { port?: number } = {}): Blobs =>
    new Blobs(database, new S3BlobStore(server.settings({ port: line.port, ...change })), new Spool(folder.path));
  async function* whole(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
    yield await Promise.resolve(bytes);
  }
  async function keep(blobs: Blobs, bytes: Buffer): Promise<string> {
    const reference = referenceOf('ada', (await blobs.put('ada', whole(bytes), LIMITS)).id);
    await database.write(blobs.referTo([reference]));
    return reference.id;
  }
  const read = async (blobs: Blobs, id: string): Promise<Buffer> =>
    Buffer.concat(await (await blobs.read(await blobs.find('ada', id))).toArray());

  it('whose line breaks in the middle of an upload has stored nothing that is seen, and takes it afterwards', async () => {
    const blobs = blobsOn();
    const bytes = randomBytes(SIZE);
    line.fault = { afterSent: SIZE / 2 };
    await expect(blobs.put('ada', whole(bytes), LIMITS)).rejects.toMatchObject(UNAVAILABLE);
    // It was tried again.
    expect(line.connections).toBeGreaterThan(1);
    line.fault = undefined;
    expect((await read(blobs, await keep(blobs, bytes))).equals(bytes)).toBe(true);
    const sweeper = new BlobSweeper(
      database,
      new S3BlobStore(server.settings()),
      new Spool(folder.path),
      3_600_000,
      pino({ level: 'silent' }),
    );
    await sweeper.sweep();
    expect(await database.read.query('SELECT "state" FROM "blobs"')).toEqual([{ state: 'stored' }]);
  });

  it('whose line breaks when the same is stored again spoils nothing of what is there', async () => {
    const blobs = blobsOn();
    const bytes = randomBytes(SIZE);
    await addUser(database, 'bob');
    const id = await keep(blobs, bytes);
    line.fault = { afterSent: SIZE / 2 };
    line.breakAll();
    await expect(blobs.put('bob', whole(bytes), LIMITS)).rejects.toMatchObject(UNAVAILABLE);
    line.fault = undefined;
    expect((await read(blobs, id)).equals(bytes)).toBe(true);
  });

  it('whose line breaks once in an upload is asked again', async () => {
    line.fault = { afterSent: SIZE / 2 };
    line.breakAll();
    const before = line.connections;
    const bytes = randomBytes(SIZE);
    const blobs = blobsOn();
    const id = keep(blobs, bytes);
    while (line.connections === before) await new Promise((resolve) => setTimeout(resolve, 5));
    line.fault = undefined;
    // The first connection has its fault looked at with every piece: it may have come through.
    expect((await read(blobs, await id)).equals(bytes)).toBe(true);
  });

  it('whose line breaks in the middle of an answer gives no part of a picture for the whole', async () => {
    const blobs = blobsOn();
    const id = await keep(blobs, randomBytes(SIZE));
    line.fault = { afterReceived: SIZE / 2 };
    line.breakAll();
    await expect(read(blobs, id)).rejects.toThrow();
    line.fault = undefined;
    expect(await read(blobs, id)).toHaveLength(SIZE);
  });

  it('that does not answer is given up in time', async () => {
    line.fault = { silent: true };
    line.breakAll();
    const began = performance.now();
    await expect(blobsOn({ timeoutSeconds: 1 }).put('ada', whole(Buffer.from('x')), LIMITS)).rejects.toMatchObject(
      UNAVAILABLE,
    );
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('that is not there, or not for these keys, is unavailable, and no key is in the error', async () => {
    const unused = createServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as { port: number };
    unused.close();
    const secretAccessKey = 'very secret';
    for (const change of [{ port }, { bucket: 'elsewhere' }, { accessKeyId: 'AKIAWRONG', secretAccessKey }]) {
      const error: unknown = await blobsOn(change)
        .put('ada', whole(Buffer.from('x')), LIMITS)
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject(UNAVAILABLE);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/very secret|AKIAWRONG|Signature=/);
    }
  });

  it('that is named by nothing, or has half a key, is told at the start', () => {
    const store = (change: Partial<S3Config>) => new S3BlobStore(server.settings(change));
    expect(() => store({ bucket: '' }).prepare()).toThrow('S3_BUCKET is empty');
    expect(() => store({ secretAccessKey: '' }).prepare()).toThrow('must both be set');
  });
});
