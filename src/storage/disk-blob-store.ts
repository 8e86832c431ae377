import { FSDriver } from 'flydrive/drivers/fs';
import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { ConfigError } from '../config/config.error';
import { BlobMissingError, BlobStoreUnavailableError, wordsOf } from './blob.errors';
import { BlobStore, ByteRange, ObjectInfo, ObjectPage, StoredFile } from './blob-store';
import { isOnMountedVolume } from './mounted-volume';

const HEX_FOLDERS = 256;

/**
 * Blobs in a folder. An object appears by a rename, after its bytes are on the disk.
 *
 * With `mustBeMounted` the folder lies on a volume that may go away: nothing is written to what is below its mount point
 * then, and nothing counts as missing.
 */
export class DiskBlobStore extends BlobStore {
  private readonly files: FSDriver;

  /** @param folder absolute path, on the file system of the files that are put */
  constructor(
    private readonly folder: string,
    private readonly mustBeMounted = false,
  ) {
    super();
    this.files = new FSDriver({ location: folder, visibility: 'private' });
  }

  async prepare(): Promise<void> {
    if (this.mustBeMounted && !(await isOnMountedVolume(this.folder))) {
      throw new ConfigError(`${this.folder} (STORAGE_PATH) must lie on a mounted volume, as STORAGE_TYPE is "volume"`);
    }
    if (!this.mustBeMounted) await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await access(this.folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) => {
      throw new ConfigError(`${this.folder} (STORAGE_PATH) cannot be written: ${wordsOf(error).message}`);
    });
  }

  async put(key: string, { path }: StoredFile): Promise<void> {
    await this.attempt(async () => {
      const place = join(this.folder, key);
      const made = await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      await rename(path, place);
      await flush(dirname(place));
      if (made !== undefined) await flush(dirname(made));
    });
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const file = await this.attempt(() =>
      open(join(this.folder, key), 'r').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
    if (file === undefined) throw new BlobMissingError(key);
    return file.createReadStream(range);
  }

  async remove(key: string): Promise<void> {
    await this.attempt(() => this.files.delete(key));
  }

  /** A page is one of the 256 folders. */
  async list(folder: string, after = '0'): Promise<ObjectPage> {
    const number = Number(after);
    const name = number.toString(16).padStart(2, '0');
    const objects = await this.attempt(async () => {
      const found: ObjectInfo[] = [];
      for (const file of (await this.files.listAll(`${folder}/${name}`)).objects) {
        if (!file.isFile) continue;
        const info = await this.files.getMetaData(file.key).catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        });
        if (info !== undefined) found.push({ key: file.key, modifiedAt: info.lastModified });
      }
      return found;
    });
    return { objects, next: number + 1 < HEX_FOLDERS ? String(number + 1) : undefined };
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.mustBeMounted && !(await isOnMountedVolume(this.folder))) {
        throw new Error(`${this.folder} is not mounted`);
      }
      return await work();
    } catch (error) {
      throw new BlobStoreUnavailableError(wordsOf(error));
    }
  }
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** A name is on the disk when its folder is. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
