import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { newId } from '../../../src/common/ids';
import { update } from '../../../src/database/rows';
import { BlobEntity } from '../../../src/storage/blob.entity';
import { BlobReference } from '../../../src/storage/blob-reference.entity';
import type { StoredFile } from '../../../src/storage/blob-store';
import { BlobSweeper } from '../../../src/storage/blob-sweeper';
import { Blobs, StoredBlob } from '../../../src/storage/blobs';
import { BlobStoreUnavailableError } from '../../../src/storage/blob.errors';
import { DiskBlobStore } from '../../../src/storage/disk-blob-store';
import { Spool } from '../../../src/storage/spool';
import { closeDatabase, GatedDatabase, openDatabase } from '../../support/open-database';
import { addUser } from '../../support/stored-chat';
import { pieces, referenceOf, sha256Of } from '../../support/stored-blobs';
import { TemporaryFolder } from '../../support/temporary-folder';

const LIMITS = { maxBytes: 1_000 };
const HOUR_MS = 3_600_000;

/** A store whose steps fail, or wait, when a test says so. */
class FaultyStore extends DiskBlobStore {
  /** Called before a step; what it throws is the step's end. */
  before: (step: 'put' | 'remove') => Promise<void> = () => Promise.resolve();

  override async put(key: string, file: StoredFile): Promise<void> {
    await this.before('put');
    await super.put(key, file);
  }

  override async remove(key: string): Promise<void> {
    await this.before('remove');
    await super.remove(key);
  }
}

describe('blobs', () => {
  let database: GatedDatabase;
  let folder: TemporaryFolder;
  let store: FaultyStore;
  let blobs: Blobs;
  let sweeper: BlobSweeper;

  beforeEach(async () => {
    database = await openDatabase();
    folder = new TemporaryFolder();
    store = new FaultyStore(folder.path);
    const spool = new Spool(folder.path);
    blobs = new Blobs(database, store, spool);
    sweeper = new BlobSweeper(database, store, spool, HOUR_MS, pino({ level: 'silent' }));
    for (const name of ['ada', 'bob']) await addUser(database, name);
  });
  afterEach(async () => {
    await closeDatabase(database);
    folder.remove();
  });

  const rows = (): Promise<BlobEntity[]> => database.read.find(BlobEntity, { order: { id: 'ASC' } });
  const files = (): string[] =>
    readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const put = (userId: string, ...texts: string[]): Promise<StoredBlob> => blobs.put(userId, pieces(...texts), LIMITS);
  async function keep(userId: string, text: string): Promise<string> {
    const reference = referenceOf(userId, (await put(userId, text)).id);
    await database.write(blobs.referTo([reference]));
    return reference.id;
  }
  const textOf = async (userId: string, id: string): Promise<string> => {
    const stream = await blobs.read(await blobs.find(userId, id));
    return Buffer.concat(await stream.toArray()).toString();
  };
  const age = async (): Promise<void> => {
    const touchedAt = new Date(Date.now() - 2 * HOUR_MS).toISOString();
    for (const { id } of await rows()) await database.write(update(BlobEntity, { id }, { touchedAt }));
  };
  const objectsOf = (sha256: string): number => files().filter((name) => name.startsWith(sha256)).length;

  it('are stored in pieces under the sum of their bytes, and read by their user', async () => {
    const id = await keep('ada', 'a picture');
    expect(await textOf('ada', id)).toBe('a picture');
    expect(await put('ada', 'a pic', 'ture')).toMatchObject({ sha256: sha256Of('a picture'), size: 9 });
    expect(objectsOf(sha256Of('a picture'))).toBe(1);
  });

  it('are refused when they are too large, and leave nothing', async () => {
    await expect(put('ada', 'x'.repeat(600), 'x'.repeat(600))).rejects.toMatchObject({ code: 'blob_too_large' });
    expect([await rows(), files()]).toEqual([[], []]);
  });

  it('that break off on their way in leave nothing', async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void, void> {
      yield* pieces('half');
      throw new Error('the client is gone');
    }
    await expect(blobs.put('ada', broken(), LIMITS)).rejects.toThrow('the client is gone');
    expect([await rows(), files()]).toEqual([[], []]);
  });

  it('of another user are found neither by the id of a reference, nor of the content, nor by its sum', async () => {
    const id = await keep('ada', 'hers');
    const [{ id: blobId, sha256 } = { id: '', sha256: '' }] = await rows();
    for (const tried of [id, blobId, sha256, newId(), '', '../x', "' OR 1=1 --"]) {
      await expect(blobs.find('bob', tried)).rejects.toMatchObject({ status: 404, code: 'blob_not_found' });
    }
    await expect(blobs.find('ada', blobId)).rejects.toMatchObject({ code: 'blob_not_found' });
  });

  it('that two users store are kept once, uploaded by both, and stay while either needs them', async () => {
    const uploads: string[] = [];
    store.before = (step) => Promise.resolve(void uploads.push(step));
    const [hers, his] = [await keep('ada', 'same'), await keep('bob', 'same')];
    expect(uploads).toEqual(['put', 'put']);
    expect(hers).not.toBe(his);
    await age();
    await sweeper.sweep();
    expect([(await rows()).length, objectsOf(sha256Of('same'))]).toEqual([1, 1]);
    await database.write((tx) => tx.delete(BlobReference, { id: hers }));
    await age();
    await sweeper.sweep();
    expect(await textOf('bob', his)).toBe('same');
    await expect(blobs.find('ada', hers)).rejects.toMatchObject({ code: 'blob_not_found' });
    await database.write((tx) => tx.delete(BlobReference, { id: his }));
    await age();
    await sweeper.sweep();
    expect([await rows(), files()]).toEqual([[], []]);
  });

  it('that nothing refers to are kept for the time of grace, and swept then', async () => {
    await put('ada', 'refused');
    const kept = await keep('ada', 'kept');
    await sweeper.sweep();
    expect(await rows()).toHaveLength(2);
    await age();
    await sweeper.sweep();
    expect(await rows()).toHaveLength(1);
    expect(files()).toHaveLength(1);
    expect(await textOf('ada', kept)).toBe('kept');
  });

  it('whose upload fails leave no object that anybody sees, and are swept', async () => {
    store.before = () => Promise.reject(new BlobStoreUnavailableError(new Error('no bucket')));
    await expect(put('ada', 'cut off')).rejects.toMatchObject({ status: 503, code: 'blob_store_unavailable' });
    store.before = () => Promise.resolve();
    expect(await rows()).toMatchObject([{ state: 'removing' }]);
    await sweeper.sweep();
    expect([await rows(), files()]).toEqual([[], []]);
  });

  it('whose upload was under way when the service died are swept', async () => {
    store.before = () => {
      database.fault = new Error('the process is gone');
      return Promise.reject(new Error('the process is gone'));
    };
    await expect(put('ada', 'cut off')).rejects.toThrow('the process is gone');
    database.fault = undefined;
    store.before = () => Promise.resolve();
    expect(await rows()).toMatchObject([{ state: 'storing' }]);
    await sweeper.sweep();
    expect(await rows()).toHaveLength(1);
    await age();
    await sweeper.sweep();
    expect(await rows()).toEqual([]);
  });

  it('whose removal broke off are removed by the next sweep, and cannot be referred to meanwhile', async () => {
    const { id } = await put('ada', 'going');
    await age();
    store.before = () => Promise.reject(new BlobStoreUnavailableError(new Error('no bucket')));
    await expect(sweeper.sweep()).rejects.toMatchObject({ code: 'blob_store_unavailable' });
    await expect(database.write(blobs.referTo([referenceOf('ada', id)]))).rejects.toMatchObject({
      code: 'blob_store_unavailable',
    });
    expect(await database.read.count(BlobReference)).toBe(0);
    store.before = () => Promise.resolve();
    await sweeper.sweep();
    expect([await rows(), files()]).toEqual([[], []]);
  });

  it('that are referred to while a sweep looks at them stay', async () => {
    const { id } = await put('ada', 'just in time');
    await age();
    const reference = referenceOf('ada', id);
    const release = database.hold();
    const sweeping = sweeper.sweep();
    const referring = database.write(blobs.referTo([reference]));
    release();
    const outcomes = await Promise.allSettled([referring, sweeping]);
    const isReferred = outcomes[0].status === 'fulfilled';
    // Whichever came first: what is referred to is there, and what is gone nothing refers to.
    expect(await database.read.count(BlobReference)).toBe(isReferred ? 1 : 0);
    expect(await rows()).toHaveLength(isReferred ? 1 : 0);
    if (isReferred) expect(await textOf('ada', reference.id)).toBe('just in time');
  });

  it('that the database does not know of any more, as after a restore, are swept when they are old', async () => {
    const kept = await keep('ada', 'kept');
    await keep('ada', 'forgotten');
    const forgotten = await database.read.findOneByOrFail(BlobEntity, { sha256: sha256Of('forgotten') });
    await database.write((tx) => tx.delete(BlobReference, { blobId: forgotten.id }));
    await database.write((tx) => tx.delete(BlobEntity, { id: forgotten.id }));
    await sweeper.sweep();
    expect(objectsOf(sha256Of('forgotten'))).toBe(1);
    const impatient = new BlobSweeper(database, store, new Spool(folder.path), -1, pino({ level: 'silent' }));
    await impatient.sweep();
    expect(objectsOf(sha256Of('forgotten'))).toBe(0);
    expect(await textOf('ada', kept)).toBe('kept');
  });

  it('of another installation in the same place are left alone', async () => {
    const other = await openDatabase();
    try {
      await addUser(other, 'ada');
      const theirs = new Blobs(other, store, new Spool(folder.path));
      const reference = referenceOf('ada', (await theirs.put('ada', pieces('theirs'), LIMITS)).id);
      await other.write(theirs.referTo([reference]));
      await keep('ada', 'ours');
      await new BlobSweeper(database, store, new Spool(folder.path), -1, pino({ level: 'silent' })).sweep();
      const stream = await theirs.read(await theirs.find('ada', reference.id));
      expect(Buffer.concat(await stream.toArray()).toString()).toBe('theirs');
    } finally {
      await closeDatabase(other);
    }
  });

  it('whose object somebody has deleted are missing, in words', async () => {
    const id = await keep('ada', 'lost');
    const { key } = await database.read.findOneByOrFail(BlobEntity, { sha256: sha256Of('lost') });
    await store.remove(key);
    await expect(textOf('ada', id)).rejects.toMatchObject({ status: 404, code: 'blob_missing' });
  });

  it('leave files of uploads that broke off to the sweep', async () => {
    const spool = new Spool(folder.path);
    const { path } = await spool.take(pieces('left'), 100);
    expect(path.startsWith(join(folder.path, 'incoming'))).toBe(true);
    await sweeper.sweep();
    expect(files()).toHaveLength(1);
    expect(await spool.sweep(-1)).toBe(1);
    expect(files()).toEqual([]);
  });
});
