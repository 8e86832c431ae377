import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { DomainError, invalid, messageOf, tooLarge } from './domain.error';

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflateZlib: Decompress = promisify(inflate);
const inflateBare: Decompress = promisify(inflateRaw);

/** The content codings that are taken. Some clients send `deflate` without its zlib header. */
const CODINGS = new Map<string, Decompress>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
  ['deflate', (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflateZlib : inflateBare)(bytes, options)],
]);
/** Up to 256 MB come in less, or not at all. */
const MAX_BODY_MS = 300_000;
/** What a body may be compressed with, one in the other. */
const MAX_CODINGS = 2;

/** Character sets other than UTF-8 that are taken; of UTF-16 without an order of bytes its mark says which. */
const UTF_16 = new Map([
  ['utf-16', 'utf-16le'],
  ['utf-16le', 'utf-16le'],
  ['utf-16be', 'utf-16be'],
  ['iso-8859-1', 'windows-1252'],
  ['latin1', 'windows-1252'],
]);
const UTF_8 = ['', 'utf-8', 'utf8', 'us-ascii', 'ascii'];

/**
 * The body of a request, unread until now, as UTF-8 without compression and byte order mark: the one reader of all APIs.
 *
 * @throws DomainError 413 `payload_too_large`, 415 `unsupported_encoding`, 400 `invalid_body` for bytes that are not what they
 * are said to be, 400 `request_aborted`, 408 `request_timeout`
 */
export async function requestBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const codings = codingsOf(request);
  const charset = charsetOf(request);
  requireAllowedLength(request, maxBytes);
  let bytes = await collected(request, maxBytes);
  for (const decompress of codings) bytes = await decompressed(bytes, decompress, maxBytes);
  return asUtf8(bytes, charset);
}

/** @throws DomainError 413 for a body that says that it is too long. */
export function requireAllowedLength({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLong(maxBytes);
}

/** In the order in which they are undone. */
function codingsOf({ headers }: IncomingMessage): Decompress[] {
  const header = headers['content-encoding'] ?? '';
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  const codings = names.filter((name) => name !== '' && name !== 'identity').reverse();
  return codings.map((name) => {
    const decompress = CODINGS.get(name);
    if (decompress !== undefined && codings.length <= MAX_CODINGS) return decompress;
    throw unsupported(`The content encoding "${header}" is not taken here; gzip, deflate, br and zstd are.`);
  });
}

/** The name for a TextDecoder; undefined for UTF-8. */
function charsetOf({ headers }: IncomingMessage): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(headers['content-type'] ?? '') ?? [];
  const name = (quoted ?? plain ?? '').toLowerCase();
  if (UTF_8.includes(name)) return undefined;
  const charset = UTF_16.get(name);
  if (charset === undefined) throw unsupported(`The character set "${name}" is not taken here; utf-8 is.`);
  return charset;
}

function asUtf8(bytes: Buffer, charset: string | undefined): Buffer {
  if (charset === undefined) return hasMark(bytes) ? bytes.subarray(3) : bytes;
  const isBigEndian = charset === 'utf-16le' && bytes[0] === 0xfe && bytes[1] === 0xff;
  return Buffer.from(new TextDecoder(isBigEndian ? 'utf-16be' : charset).decode(bytes));
}

const hasMark = (bytes: Buffer): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

async function decompressed(bytes: Buffer, decompress: Decompress, maxBytes: number): Promise<Buffer> {
  if (bytes.length === 0) return bytes;
  try {
    return await decompress(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLong(maxBytes);
    throw invalid('invalid_body', `The body cannot be decompressed: ${messageOf(error)}.`);
  }
}

function collected(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) reject(tooLong(maxBytes));
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    const timer = setTimeout(() => reject(TOO_SLOW), MAX_BODY_MS).unref();
    request.once('end', () => clearTimeout(timer));
    request.once('close', () => clearTimeout(timer));
    request.once('error', () => reject(BROKEN_OFF));
    request.once('close', () => request.complete || reject(BROKEN_OFF));
  });
}

const TOO_SLOW = new DomainError(408, 'request_timeout', 'The body did not come to its end in time.');
const BROKEN_OFF = invalid('request_aborted', 'The body broke off.');
const unsupported = (detail: string): DomainError => new DomainError(415, 'unsupported_encoding', detail);
const tooLong = (maxBytes: number): DomainError =>
  tooLarge('payload_too_large', `The body is larger than ${maxBytes / 1024 / 1024} MiB.`);
