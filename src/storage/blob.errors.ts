import { DomainError, messageOf, RETRY_AFTER_SECONDS } from '../common/domain.error';

/** What was to be stored or read is not; the same may succeed later. */
export class BlobStoreUnavailableError extends DomainError {
  override readonly name = 'BlobStoreUnavailableError';

  /** @param cause for the log; must hold no secret */
  constructor(cause: unknown) {
    const detail = 'Pictures and files cannot be stored or read at the moment: nothing was changed; try again later.';
    super(503, 'blob_store_unavailable', detail, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
}

/** The object that a row tells of is not in the store: somebody has deleted it, or restored one without the other. */
export class BlobMissingError extends DomainError {
  override readonly name = 'BlobMissingError';

  constructor(key: string) {
    super(404, 'blob_missing', 'The content of this picture or file is not there any more.', {
      cause: new Error(`there is no object ${key}`),
    });
  }
}

/** The same without what requests of a client of S3 carry along: of its errors the name, the status and the words. */
export function wordsOf(error: unknown, secrets: readonly string[] = []): Error {
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : 'Error';
  const words = `${name}${status === undefined ? '' : ` (${status})`}: ${messageOf(error)}`.slice(0, 500);
  const hidden = secrets.filter((secret) => secret !== '');
  return new Error(hidden.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), words));
}

/** HTTP status of an error of the AWS SDK. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
