import type { Request, Response } from 'express';
import { DomainError } from '../../common/domain.error';
import { endStream, taken } from '../../common/slow-reader';
import type { ByteRange } from '../../storage/blob-store';
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
export async function answerWithBlob(
  { request, response }: { readonly request: Request; readonly response: Response },
  blobs: Blobs,
  blob: FoundBlob,
  id: string,
): Promise<void> {
  response.set(validatorsOf(blob));
  if (isKnown(request, blob)) return void response.status(304).end();
  const range = rangeOf(request, blob);
  const content = request.method === 'HEAD' ? undefined : await blobs.read(blob, range);
  response.set(headersOf(blob, id)).set('Content-Length', String(range ? range.end - range.start + 1 : blob.size));
  if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${blob.size}`);
  if (content === undefined) return void response.end();
  await send(content, response);
}

/** Whoever may read it is asked each time: it is kept, and shown again when the service says that it still may be. */
const validatorsOf = ({ sha256 }: FoundBlob) => ({
  ETag: `"${sha256}"`,
  'Cache-Control': 'private, no-cache',
  Vary: 'Authorization, Cookie',
});

/** Weak or strong, among others: RFC 9110, 13.1.2. Express would not look at it where a browser was told to reload. */
function isKnown(request: Request, { sha256 }: FoundBlob): boolean {
  const known = (request.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(`"${sha256}"`) || known.includes('*');
}

function headersOf({ mediaType, sha256 }: FoundBlob, id: string): Record<string, string> {
  const extension = SHOWN[mediaType];
  const disposition = extension === undefined ? 'attachment' : `inline; filename="${id}.${extension}"`;
  return {
    'Content-Type': extension === undefined ? 'application/octet-stream' : mediaType,
    'Content-Disposition': disposition,
    'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
  };
}

/** Several at once are not taken, nor one of another content: all of it is sent then. @throws DomainError 416 */
function rangeOf(request: Request, { size, sha256 }: FoundBlob): ByteRange | undefined {
  const condition = request.get('If-Range');
  if (condition !== undefined && condition !== `"${sha256}"`) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) throw new DomainError(416, 'range_not_satisfiable', `The content has ${size} bytes.`);
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}

async function send(content: AsyncIterable<unknown> & { destroy(): unknown }, response: Response): Promise<void> {
  try {
    for await (const chunk of content) {
      if (response.destroyed) return;
      response.write(chunk);
      await taken(response);
    }
    endStream(response);
  } catch {
    // Whoever reads it has the length, and sees that it is cut off.
    response.destroy();
  } finally {
    content.destroy();
  }
}
