import { answerWithContent, dispositionOf, Exchange } from '../../common/content-answer';
import { Blobs, FoundBlob } from '../../storage/blobs';

/** Pictures that a browser shows without running anything of them; all else is only to be saved. */
export const SHOWN: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

/**
 * Sends the bytes, or that they have not changed, or a part of them.
 *
 * @param id by which the reader knows it
 * @throws DomainError 416 `range_not_satisfiable`, 404 `blob_missing`, 503 `blob_store_unavailable`
 */
export function answerWithBlob(exchange: Exchange, blobs: Blobs, blob: FoundBlob, id: string): Promise<void> {
  return answerWithContent(exchange, {
    ...{ size: blob.size, etag: `"${blob.sha256}"`, headers: headersOf(blob, id) },
    read: (range) => blobs.read(blob, range),
  });
}

function headersOf({ mediaType, sha256, fileName }: FoundBlob, id: string): Record<string, string> {
  const extension = SHOWN[mediaType];
  const picture = extension === undefined ? 'attachment' : `inline; filename="${id}.${extension}"`;
  const kind = extension === undefined ? 'attachment' : 'inline';
  return {
    'Content-Type': extension === undefined ? 'application/octet-stream' : mediaType,
    'Content-Disposition': fileName === null ? picture : dispositionOf(kind, fileName),
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
  };
}
