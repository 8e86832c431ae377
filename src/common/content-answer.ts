import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import { DomainError } from './domain.error';
import { endStream, taken } from './slow-reader';

/** Content of a known size, all of it or a part. Both ends of a part belong to it, and count from 0. */
export interface Content {
  /** Bytes. */
  readonly size: number;
  /** As it stands in its header. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  read(range?: { readonly start: number; readonly end: number }): Promise<Readable>;
}

export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

/**
 * Sends the bytes, or that they have not changed, or a part of them. Whoever may read it is asked each time: it is kept, and
 * shown again when the service says that it still may be.
 *
 * @throws DomainError 416 `range_not_satisfiable`; what `read` throws
 */
export async function answerWithContent({ request, response }: Exchange, content: Content): Promise<void> {
  const { size, etag, headers } = content;
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization, Cookie' });
  if (isKnown(request, etag)) return void response.status(304).end();
  const range = rangeOf(request, content);
  const stream = request.method === 'HEAD' ? undefined : await content.read(range);
  response.set(headers).set('Accept-Ranges', 'bytes');
  response.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  if (stream === undefined) return void response.end();
  await sendStream(stream, response);
}

/** Sends what comes, at the pace of its reader. One that is cut off is, for its reader, too. Never throws. */
export async function sendStream(
  content: AsyncIterable<unknown> & { destroy(): unknown },
  response: Response,
): Promise<void> {
  try {
    for await (const chunk of content) {
      if (response.destroyed) return;
      response.write(chunk);
      await taken(response);
    }
    endStream(response);
  } catch {
    // Whoever reads it has the length, or no end, and sees that it is cut off.
    response.destroy();
  } finally {
    content.destroy();
  }
}

/** A file to be saved, or shown, under its name, whatever characters it has. */
export function dispositionOf(kind: 'inline' | 'attachment', fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(/['()*]/g, hexOf);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

const hexOf = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Weak or strong, among others: RFC 9110, 13.1.2. Express would not look at it where a browser was told to reload. */
function isKnown(request: Request, etag: string): boolean {
  const strong = etag.replace(/^W\//, '');
  const known = (request.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(strong) || known.includes('*');
}

/** Several at once are not taken, nor one of another content: all of it is sent then. @throws DomainError 416 */
function rangeOf(request: Request, { size, etag }: Content): { start: number; end: number } | undefined {
  const condition = request.get('If-Range');
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) throw new DomainError(416, 'range_not_satisfiable', `The content has ${size} bytes.`);
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
