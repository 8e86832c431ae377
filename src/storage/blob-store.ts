import type { Readable } from 'node:stream';

/** A part of an object: both ends belong to it, and count from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What is to be stored, whole, in a file of this machine. */
export interface StoredFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

export interface ObjectInfo {
  readonly key: string;
  /** When it was written. */
  readonly modifiedAt: Date;
}

export interface ObjectPage {
  readonly objects: readonly ObjectInfo[];
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined;
}

/**
 * Where the bytes of blobs lie, by keys of ours: `<installation>/<two digits>/<sha256>-<id>`. A key is written once, and its
 * object is there whole or not at all. Who may see one is not its concern.
 *
 * Every method but `prepare` throws BlobStoreUnavailableError for what may pass: a bucket that does not answer, a full disk.
 */
export abstract class BlobStore {
  /** @throws ConfigError in one sentence for a person; a bucket that cannot be reached is no reason for that */
  abstract prepare(): Promise<void>;

  /** Takes the file over: it may be gone from its place afterwards. */
  abstract put(key: string, file: StoredFile): Promise<void>;

  /** @throws BlobMissingError */
  abstract read(key: string, range?: ByteRange): Promise<Readable>;

  /** Resolves when there is none, too. */
  abstract remove(key: string): Promise<void>;

  /**
   * Objects whose keys begin with the folder, in pages of at most some thousands.
   *
   * @param folder without a slash at its end
   * @param after `next` of the page before
   */
  abstract list(folder: string, after?: string): Promise<ObjectPage>;
}
