import { DomainError, tooLarge } from '../common/domain.error';
import { ContentHead } from '../common/media-type';
import type { Blobs, StoredBlob } from './blobs';
import type { VirusScan } from './virus-scan';

const MIB = 1024 * 1024;

export interface UploadTerms {
  /** Whose the content is. */
  readonly userId: string;
  readonly maxBytes: number;
  /** What is wrong with more. */
  readonly tooLarge: () => DomainError;
}

/**
 * Stores the content of a file that somebody sends, scanned, with the type that it has by its bytes.
 *
 * @throws DomainError of the terms, of the scan and as `Blobs.put`
 */
export async function storeUpload(
  { blobs, scan }: { readonly blobs: Blobs; readonly scan: VirusScan },
  content: AsyncIterable<Uint8Array>,
  terms: UploadTerms,
): Promise<StoredBlob & { readonly mediaType: string }> {
  const head = new ContentHead();
  const stored = blobs.put(terms.userId, head.noted(scan.scanned(content)), { maxBytes: terms.maxBytes });
  return { ...(await refusedAs(stored, terms.tooLarge)), mediaType: await head.mediaType() };
}

/** What the store says of too much in the words of what it is stored for. */
export function refusedAs<T>(stored: Promise<T>, refusal: () => DomainError): Promise<T> {
  return stored.catch((error: unknown) => {
    throw error instanceof DomainError && error.code === 'blob_too_large' ? refusal() : error;
  });
}

/** Of a file of a workspace or a project. */
export const fileTooLarge = (maxBytes: number): DomainError =>
  tooLarge('file_too_large', `A file may have ${maxBytes / MIB} MiB (UPLOAD_FILE_MAX_MB).`);
