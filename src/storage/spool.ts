import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tooLarge } from '../common/domain.error';
import { newId } from '../common/ids';
import { BlobStoreUnavailableError, wordsOf } from './blob.errors';
import type { StoredFile } from './blob-store';

const FOLDER = 'incoming';

/** Takes content in: it is counted and summed while it is written to a file, and never held whole. */
export class Spool {
  private readonly folder: string;

  /** @param storage folder of the blobs */
  constructor(storage: string) {
    this.folder = join(storage, FOLDER);
  }

  /**
   * Writes the content to a file of its own, on the disk when it resolves.
   *
   * @throws DomainError 413 `blob_too_large`, BlobStoreUnavailableError; what reading the content throws
   */
  async take(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredFile> {
    const path = join(this.folder, newId());
    try {
      await disk(mkdir(this.folder, { recursive: true, mode: 0o700 }));
      return { path, ...(await write(path, content, maxBytes)) };
    } catch (error) {
      await this.discard(path);
      throw error;
    }
  }

  /** Removes a file that is there no more, too. Never throws: what stays is removed by `sweep`. */
  async discard(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
  }

  /** Removes what uploads that broke off have left. @returns how many files */
  async sweep(olderThanMs: number): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.folder).catch(() => [])) {
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || found.mtimeMs > Date.now() - olderThanMs) continue;
      await this.discard(path);
      removed += 1;
    }
    return removed;
  }
}

async function write(path: string, content: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash('sha256');
  let size = 0;
  const file = await disk(open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
  try {
    for await (const chunk of content) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge('blob_too_large', `The content is larger than ${maxBytes} bytes.`);
      hash.update(chunk);
      await disk(file.writeFile(chunk));
    }
    await disk(file.sync());
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest('hex') };
}

/** A full disk is the store's fault, not the content's. */
function disk<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw new BlobStoreUnavailableError(wordsOf(error));
  });
}
