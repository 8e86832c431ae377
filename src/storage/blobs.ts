import type { Readable } from 'node:stream';
import { Not } from 'typeorm';
import { now } from '../common/clock';
import { notFound } from '../common/domain.error';
import { isId, newId } from '../common/ids';
import { Database } from '../database/database';
import { insert, update } from '../database/rows';
import type { Write } from '../database/write-queue';
import { BlobEntity } from './blob.entity';
import { BlobStoreUnavailableError } from './blob.errors';
import { BlobReference } from './blob-reference.entity';
import { BlobStore, ByteRange, StoredFile } from './blob-store';
import { installationOf } from './installation-id';
import { Spool } from './spool';
import { blobBytesWritten, blobFailures, StorageOperation } from './storage-metrics';

/** Content that is in the store, and is kept for some hours until something refers to it. */
export interface StoredBlob {
  readonly id: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A blob as one of its users knows it. */
export interface FoundBlob extends StoredBlob {
  readonly key: string;
  readonly mediaType: string;
  /** Null for a picture without a name. */
  readonly fileName: string | null;
}

/**
 * Content outside of the rows, addressed by its SHA-256: stored first, then referred to in the transaction of whatever it
 * belongs to. Each use has an id of its own, and only its user gets to the content by it.
 *
 * The row comes before the object, and goes after it: no object is without a row, whenever the service dies. Each upload
 * writes an object of its own; when it is there and the same content was, it is removed again. So one that is cut off
 * spoils nothing, and how long an upload takes tells nobody what others have stored.
 */
export class Blobs {
  constructor(
    private readonly database: Database,
    private readonly store: BlobStore,
    private readonly spool: Spool,
  ) {}

  /**
   * Stores content; when it resolves, all of it is there.
   *
   * @param userId whose earlier uploads of the same content are used instead of a new one
   * @throws DomainError 413 `blob_too_large`, 503 `blob_store_unavailable`, `storage_unavailable`; what reading it throws
   */
  async put(
    userId: string,
    content: AsyncIterable<Uint8Array>,
    { maxBytes }: { maxBytes: number },
  ): Promise<StoredBlob> {
    const file = await counted('put', this.spool.take(content, maxBytes));
    try {
      const known = await this.usedBy(userId, file.sha256);
      return known ?? (await this.upload(file));
    } finally {
      await this.spool.discard(file.path);
    }
  }

  /**
   * What refers to blobs, to be written in the transaction of what it belongs to, behind that.
   *
   * Throws BlobStoreUnavailableError there when one has been removed meanwhile, which takes hours: it is to be stored again.
   */
  referTo(references: readonly BlobReference[]): Write<void> {
    const kept = this.keep(references.map(({ blobId }) => blobId));
    return async (tx) => {
      await kept(tx);
      await insert(BlobReference, references)(tx);
    };
  }

  /**
   * Keeps blobs for some hours more, for a row of another kind that refers to them and comes behind this. Throws
   * BlobStoreUnavailableError as `referTo` does.
   */
  keep(blobIds: readonly string[]): Write<void> {
    // In one order for all, so that no two transactions wait for each other.
    const ids = [...new Set(blobIds)].sort();
    return async (tx) => {
      for (const id of ids) {
        const touched = await update(BlobEntity, { id, state: 'stored' }, { touchedAt: now() })(tx);
        if (touched !== 1) throw new BlobStoreUnavailableError(new Error(`blob ${id} is not there any more`));
      }
    };
  }

  /** @param id of a reference. @throws DomainError `blob_not_found`, also for one of another user */
  find(userId: string, id: string): Promise<FoundBlob> {
    return this.findWhere(id, (reference) => Promise.resolve(reference.userId === userId));
  }

  /**
   * @param mayRead whether the caller may see what the reference belongs to
   * @throws DomainError `blob_not_found`, also where it may not
   */
  async findWhere(id: string, mayRead: (reference: BlobReference) => Promise<boolean>): Promise<FoundBlob> {
    const { read } = this.database;
    const reference = isId(id) ? await read.findOneBy(BlobReference, { id }) : null;
    const isReadable = reference !== null && (await mayRead(reference));
    const blob = isReadable ? await read.findOneBy(BlobEntity, { id: reference.blobId }) : null;
    if (reference === null || blob === null) throw notFound('blob', id);
    const { sha256, size, key } = blob;
    const { mediaType, fileName } = reference;
    return { id: blob.id, sha256, size, key, mediaType, fileName };
  }

  /** One that a row of another kind refers to. @throws DomainError `blob_not_found` */
  async findStored(id: string, { mediaType, fileName }: Pick<FoundBlob, 'mediaType' | 'fileName'>): Promise<FoundBlob> {
    const blob = await this.database.read.findOneBy(BlobEntity, { id, state: 'stored' });
    if (blob === null) throw notFound('blob', id);
    return { id, sha256: blob.sha256, size: blob.size, key: blob.key, mediaType, fileName };
  }

  /** The bytes, or a part of them. @throws BlobMissingError, BlobStoreUnavailableError; the stream errs when it is cut off */
  read({ key }: FoundBlob, range?: ByteRange): Promise<Readable> {
    return counted('read', this.store.read(key, range));
  }

  private async usedBy(userId: string, sha256: string): Promise<StoredBlob | undefined> {
    const blob = await this.database.read
      .createQueryBuilder(BlobEntity, 'blob')
      .innerJoin(BlobReference, 'reference', 'reference.blobId = blob.id AND reference.userId = :userId', { userId })
      .where("blob.sha256 = :sha256 AND blob.state = 'stored'", { sha256 })
      .getOne();
    return blob === null ? undefined : { id: blob.id, sha256, size: blob.size };
  }

  private async upload(file: StoredFile): Promise<StoredBlob> {
    const id = newId();
    const { sha256, size } = file;
    const key = `${await installationOf(this.database)}/${sha256.slice(0, 2)}/${sha256}-${id}`;
    await this.database.write(insert(BlobEntity, { id, sha256, size, key, state: 'storing', touchedAt: now() }));
    try {
      await counted('put', this.store.put(key, file));
    } catch (error) {
      await this.giveUp(id);
      throw error;
    }
    blobBytesWritten.inc(size);
    return { id: await this.settle(id, sha256), sha256, size };
  }

  /** From now on there is the content; where it was before, that one is used. @returns its id */
  private settle(id: string, sha256: string): Promise<string> {
    return this.database.write(async (tx) => {
      const earlier = await tx.findOneBy(BlobEntity, { sha256, state: 'stored', id: Not(id) });
      const touchedAt = now();
      const isUsed =
        earlier !== null && (await update(BlobEntity, { id: earlier.id, state: 'stored' }, { touchedAt })(tx)) === 1;
      await update(BlobEntity, { id }, { state: isUsed ? 'removing' : 'stored', touchedAt })(tx);
      return isUsed ? earlier.id : id;
    });
  }

  /** The next sweep removes what is there of it; without this one, that after the hours of grace. */
  private async giveUp(id: string): Promise<void> {
    const marked = update(BlobEntity, { id, state: 'storing' }, { state: 'removing' });
    await this.database.write(marked).catch(() => undefined);
  }
}

/** Passes the work on, and counts it where the store is to blame that it failed. */
export async function counted<T>(operation: StorageOperation, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BlobStoreUnavailableError) blobFailures.inc({ operation });
    throw error;
  }
}
