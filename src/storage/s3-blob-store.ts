import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Driver } from 'flydrive/drivers/s3';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffDelayMs } from '../common/backoff';
import { withDeadline } from '../common/deadline';
import { ConfigError } from '../config/config.error';
import { S3Config } from '../config/s3.config';
import { BlobMissingError, BlobStoreUnavailableError, statusOf, wordsOf } from './blob.errors';
import { BlobStore, ByteRange, ObjectPage, StoredFile } from './blob-store';

const CONNECT_MS = 5_000;
/** Uploads that are tried; the SDK repeats no stream. */
const UPLOADS = 3;
const RETRY = { initialMs: 200, maximumMs: 2_000 };
/** Of a whole upload, however slowly its bytes go. */
const UPLOAD_MS = 15 * 60_000;
const PAGE = 1_000;
/** What goes wrong is thrown; the SDK would print it beside that. */
const nothing = (): void => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Blobs in a bucket. S3 shows an object when all of it has come, and its sum of SHA-256 is the one that was announced. */
export class S3BlobStore extends BlobStore {
  private readonly client: S3Client;
  private readonly bucket: S3Driver;
  private readonly requestMs: number;

  constructor(private readonly config: S3Config) {
    super();
    const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, timeoutSeconds } = config;
    // For three attempts of the SDK, and the pauses between them.
    this.requestMs = timeoutSeconds * 1000 * 4;
    this.client = new S3Client({
      region,
      ...(endpoint !== '' && { endpoint, forcePathStyle: true }),
      ...(accessKeyId !== '' && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== '' && { sessionToken }) },
      }),
      // Services with S3's API do not know all of its checksums: uploads announce the one that we know.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      logger: SILENT,
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: timeoutSeconds * 1000 },
    });
    this.bucket = new S3Driver({
      ...{ client: this.client, bucket: config.bucket, visibility: 'private', supportsACL: false },
    });
  }

  prepare(): Promise<void> {
    const { bucket, accessKeyId, secretAccessKey } = this.config;
    if (bucket === '') throw new ConfigError('S3_BUCKET is empty, but STORAGE_TYPE is "s3"; it must name a bucket');
    if ((accessKeyId === '') !== (secretAccessKey === '')) {
      throw new ConfigError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must both be set, or neither');
    }
    return Promise.resolve();
  }

  async put(key: string, file: StoredFile): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.upload(key, file);
      } catch (error) {
        if (attempt + 1 === UPLOADS || isRefusal(error)) throw this.unavailable(error);
        await sleep(backoffDelayMs(attempt, RETRY));
      }
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const command = new GetObjectCommand({
      ...{ Bucket: this.config.bucket, Key: key },
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
    });
    const response = await withDeadline(this.client.send(command), this.requestMs, 'reading an object').catch(
      (error: unknown) => {
        // A bucket that is not there is no missing object.
        if (error instanceof Error && error.name === 'NoSuchKey') throw new BlobMissingError(key);
        throw this.unavailable(error);
      },
    );
    const { Body: content, ContentLength: length } = response;
    if (!(content instanceof Readable)) throw this.unavailable(new Error('an object came without content'));
    const wanted = range && range.end - range.start + 1;
    if (wanted === undefined || wanted === length) return content;
    content.destroy();
    throw this.unavailable(new Error(`${length} bytes came of a part of ${wanted}`));
  }

  async remove(key: string): Promise<void> {
    await this.request('deleting an object', () => this.bucket.delete(key));
  }

  async list(folder: string, after?: string): Promise<ObjectPage> {
    const options = { recursive: true, maxResults: PAGE, paginationToken: after };
    const page = await this.request('listing objects', () => this.bucket.listAll(`${folder}/`, options));
    const objects = [];
    for (const file of page.objects) {
      if (file.isFile) objects.push({ key: file.key, modifiedAt: (await file.getMetaData()).lastModified });
    }
    return { objects, next: page.paginationToken };
  }

  private async upload(key: string, { path, size, sha256 }: StoredFile): Promise<void> {
    const content = createReadStream(path);
    const sum = Buffer.from(sha256, 'hex').toString('base64');
    const options = { contentLength: size, contentType: 'application/octet-stream', ChecksumSHA256: sum };
    try {
      await withDeadline(this.bucket.putStream(key, content, options), UPLOAD_MS, 'storing an object');
    } finally {
      content.destroy();
    }
  }

  private async request<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(send(), this.requestMs, what);
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  private unavailable(error: unknown): BlobStoreUnavailableError {
    const { accessKeyId, secretAccessKey, sessionToken } = this.config;
    return new BlobStoreUnavailableError(wordsOf(error, [accessKeyId, secretAccessKey, sessionToken]));
  }
}

/** The bucket says no, and will again: it is not there, or not for these keys. */
function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
