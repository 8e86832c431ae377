import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { requestBytes } from './request-body';

const sent = (bytes: Buffer, headers: Record<string, string>): Promise<Buffer> =>
  requestBytes(Object.assign(Readable.from([bytes]), { headers, complete: true }) as IncomingMessage);
const compressed = (bytes: Buffer, coding: string): Promise<Buffer> => sent(bytes, { 'content-encoding': coding });

describe('a compressed body of /v1', () => {
  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['deflate, gzip', (text: string) => gzipSync(deflateSync(text))],
  ])('is decompressed: %s', async (coding, compress) => {
    expect((await compressed(compress('{"a":1}'), coding)).toString()).toBe('{"a":1}');
  });

  it('is refused when it is not what it says', async () => {
    const refusal = { status: 400, code: 'invalid_body', body: { error: { type: 'invalid_request_error' } } };
    await expect(compressed(Buffer.from('{}'), 'gzip')).rejects.toMatchObject(refusal);
  });

  it('is refused in a coding that nobody knows, also one that every object has', async () => {
    for (const coding of ['zip9', 'constructor', 'gzip, gzip, gzip']) {
      await expect(compressed(Buffer.from('{}'), coding)).rejects.toMatchObject({
        ...{ status: 415, code: 'unsupported_encoding' },
      });
    }
  });

  it('is refused when it says that it is longer than 256 MB', async () => {
    const refusal = { status: 413, code: 'request_too_large' };
    await expect(sent(Buffer.from('{}'), { 'content-length': '300000000' })).rejects.toMatchObject(refusal);
  });
});

describe('a body of /v1 in another character set than UTF-8', () => {
  const text = '{"a":"ä€😀"}';
  const bigEndian = Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['utf-8', Buffer.from(text)],
    ['"UTF-8"', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    ['utf-16le', Buffer.from(text, 'utf16le')],
    ['utf-16be', bigEndian],
    ['utf-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])],
    ['utf-16', Buffer.concat([Buffer.from([0xfe, 0xff]), bigEndian])],
  ])('is read as UTF-8 without a byte order mark: %s', async (charset, bytes) => {
    const read = await sent(bytes, { 'content-type': `application/json; charset=${charset}` });
    expect(read.toString()).toBe(text);
  });

  it('is refused where nobody knows it', async () => {
    const headers = { 'content-type': 'application/json; charset=ebcdic' };
    await expect(sent(Buffer.from(text), headers)).rejects.toMatchObject({ status: 415 });
  });
});
