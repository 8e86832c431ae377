import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BlobStore, ByteRange, StoredFile } from '../../../src/storage/blob-store';
import { DiskBlobStore } from '../../../src/storage/disk-blob-store';
import { S3BlobStore } from '../../../src/storage/s3-blob-store';
import { S3Server } from '../../support/s3-server';
import { TemporaryFolder } from '../../support/temporary-folder';

/** A store, and where files for it are made. */
interface Opened {
  readonly store: BlobStore;
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** Of memory: a volume that every Linux has. */
const VOLUME = '/dev/shm';

function onDisk(): Opened {
  const folder = new TemporaryFolder();
  return {
    store: new DiskBlobStore(folder.path),
    folder: folder.path,
    close: () => Promise.resolve(folder.remove()),
  };
}

function onVolume(): Opened {
  expect(statfsSync(VOLUME).bsize).toBeGreaterThan(0);
  const folder = mkdtempSync(join(VOLUME, 'codex-relay-test-'));
  const close = (): Promise<void> => Promise.resolve(rmSync(folder, { recursive: true }));
  return { store: new DiskBlobStore(folder, true), folder, close };
}

async function inBucket(): Promise<Opened> {
  const server = await S3Server.start();
  const folder = new TemporaryFolder();
  return {
    ...{ store: new S3BlobStore(server.settings()), folder: folder.path },
    close: async () => {
      folder.remove();
      await server.stop();
    },
  };
}

const bytesOf = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray());

describe.each([
  ['a folder', onDisk],
  ['a volume', onVolume],
  ['a bucket', inBucket],
])('a store of blobs in %s', (_, open) => {
  let opened: Opened;
  let store: BlobStore;

  beforeAll(async () => {
    opened = await open();
    ({ store } = opened);
    await store.prepare();
  });
  afterAll(() => opened?.close());

  const fileOf = (bytes: Buffer): StoredFile => {
    const path = join(opened.folder, `file-${randomBytes(8).toString('hex')}`);
    writeFileSync(path, bytes);
    return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const keyOf = ({ sha256 }: StoredFile): string =>
    `home/${sha256.slice(0, 2)}/${sha256}-${randomBytes(18).toString('hex')}`;
  async function put(bytes: Buffer): Promise<string> {
    const file = fileOf(bytes);
    const key = keyOf(file);
    await store.put(key, file);
    return key;
  }
  async function listed(): Promise<string[]> {
    const keys: string[] = [];
    for (let after: string | undefined; ;) {
      const { objects, next } = await store.list('home', after);
      keys.push(...objects.map(({ key }) => key));
      if (next === undefined) return keys.sort();
      after = next;
    }
  }

  it.each([0, 1, 3_000_000])('gives %d bytes back as they were', async (size) => {
    const bytes = randomBytes(size);
    expect((await bytesOf(await store.read(await put(bytes)))).equals(bytes)).toBe(true);
  });

  it.each<[ByteRange, string]>([
    [{ start: 0, end: 1 }, 'ab'],
    [{ start: 2, end: 4 }, 'cde'],
    [{ start: 5, end: 5 }, 'f'],
  ])('gives the part %j', async (range, text) => {
    const key = await put(Buffer.from('abcdef'));
    expect((await bytesOf(await store.read(key, range))).toString()).toBe(text);
  });

  it('says of an object that is not there that it is missing', async () => {
    await expect(store.read('home/00/nothing')).rejects.toMatchObject({ code: 'blob_missing' });
  });

  it('removes an object, and takes it well when there is none', async () => {
    const key = await put(Buffer.from('gone'));
    await store.remove(key);
    await store.remove(key);
    await expect(store.read(key)).rejects.toMatchObject({ code: 'blob_missing' });
    expect(await listed()).not.toContain(key);
  });

  it('lists what it has in a folder, with the time of each, and nothing of another', async () => {
    const key = await put(Buffer.from('listed'));
    const other = fileOf(Buffer.from('elsewhere'));
    await store.put(`elsewhere/${other.sha256.slice(0, 2)}/${other.sha256}`, other);
    expect(await listed()).toContain(key);
    expect((await listed()).every((name) => name.startsWith('home/'))).toBe(true);
    const times: Date[] = [];
    for (let after: string | undefined; ;) {
      const { objects, next } = await store.list('home', after);
      times.push(...objects.map(({ modifiedAt }) => modifiedAt));
      if (next === undefined) break;
      after = next;
    }
    expect(Math.min(...times.map((time) => Date.now() - time.getTime()))).toBeLessThan(60_000);
  });

  it('keeps many objects that are put at once apart', async () => {
    const contents = Array.from({ length: 20 }, (__, index) => Buffer.from(`content ${index}`));
    const keys = await Promise.all(contents.map(put));
    const read = await Promise.all(keys.map(async (key) => (await bytesOf(await store.read(key))).toString()));
    expect(read).toEqual(contents.map(String));
  });
});
