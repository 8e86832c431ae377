import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../common/domain.error';
import { BlobMissingError, BlobStoreUnavailableError } from '../storage/blob.errors';
import type { BlobStore } from '../storage/blob-store';
import { BackupError } from './backup.error';
import { STORAGE } from './data-folders';
import type { FileEntry } from './manifest';

/** Of an object that came with another checksum than its key names. */
const TRIES = 3;
/** What the service names its objects: nothing else becomes a path. */
const KEY = /^[\w-]+\/[0-9a-f]{2}\/([0-9a-f]{64})-[\w-]+$/;

/** The objects of a bucket, as files of a backup under their keys. */
export class BucketCopy {
  /** @param bucket for messages */
  constructor(
    private readonly store: BlobStore,
    private readonly bucket: string,
  ) {}

  /**
   * Writes one object into the backup.
   *
   * @returns undefined when there is none
   * @throws BackupError when the bucket cannot be read, or gives something else than was stored
   */
  async save(key: string, backup: string): Promise<FileEntry | undefined> {
    const [, wanted] = KEY.exec(key) ?? [];
    if (wanted === undefined) throw new BackupError(`the database names a blob that is none of the service's: ${key}`);
    const path = `${STORAGE}/${key}`;
    await mkdir(dirname(join(backup, path)), { recursive: true, mode: 0o700 });
    for (let tries = 1; ; tries += 1) {
      const copiedAt = new Date().toISOString();
      const saved = await this.read(key, join(backup, path));
      if (saved === undefined) return undefined;
      if (saved.sha256 === wanted) return { type: 'file', path, mode: 0o600, modifiedAt: copiedAt, copiedAt, ...saved };
      if (tries === TRIES) throw new BackupError(`${this.bucket} gives another content for ${key} than was stored`);
    }
  }

  /** Stores a file of a backup under its key. @throws BackupError */
  async load(key: string, path: string, { size, sha256 }: Pick<FileEntry, 'size' | 'sha256'>): Promise<void> {
    try {
      await this.store.put(key, { path, size, sha256 });
    } catch (error) {
      throw new BackupError(`${this.bucket} cannot be written: ${reasonOf(error)}`);
    }
  }

  private async read(key: string, file: string): Promise<Pick<FileEntry, 'size' | 'sha256'> | undefined> {
    const hash = createHash('sha256');
    let size = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, pass) {
        hash.update(chunk);
        size += chunk.length;
        pass(null, chunk);
      },
    });
    try {
      await pipeline(await this.store.read(key), measured, createWriteStream(file, { mode: 0o600 }));
    } catch (error) {
      if (error instanceof BlobMissingError) return undefined;
      const left = 'with --without-blobs the backup is made without its objects';
      throw new BackupError(`${this.bucket} cannot be copied: ${reasonOf(error)}; ${left}`);
    }
    return { size, sha256: hash.digest('hex') };
  }
}

/** What the store says to users is not what an operator needs. */
const reasonOf = (error: unknown): string =>
  messageOf(error instanceof BlobStoreUnavailableError ? (error.cause ?? error) : error);
