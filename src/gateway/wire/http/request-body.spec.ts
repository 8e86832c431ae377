import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { openAiErrorOf, requestBytes } from './request-body';

describe('a body of /v1 that cannot be read', () => {
  it.each([
    [{ type: 'entity.parse.failed', status: 400 }, 400, 'invalid_json'],
    [{ type: 'entity.too.large', status: 413, limit: 268_435_456 }, 413, 'request_too_large'],
    [{ type: 'encoding.unsupported', status: 415 }, 415, 'unsupported_encoding'],
    [{ message: 'incorrect header check', status: 400 }, 400, 'invalid_body'],
    [{ type: 'request.aborted', status: 400 }, 400, 'invalid_body'],
  ])('is reported in the form of OpenAI: %s', (fault, status, code) => {
    expect(openAiErrorOf(fault)).toMatchObject({ status, body: { error: { code, type: 'invalid_request_error' } } });
  });
});

describe('a compressed body of /v1', () => {
  const sent = (bytes: Buffer, coding: string): Promise<Buffer> => {
    const headers = { 'content-encoding': coding };
    return requestBytes(Object.assign(Readable.from([bytes]), { headers, complete: true }) as IncomingMessage);
  };

  it.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('is decompressed: %s', async (coding, compress) => {
    expect((await sent(compress('{"a":1}'), coding)).toString()).toBe('{"a":1}');
  });

  it('is refused when it is not what it says', async () => {
    await expect(sent(Buffer.from('{}'), 'gzip')).rejects.toMatchObject({ status: 400, code: 'invalid_body' });
  });

  it('is refused in a coding that nobody knows, also one that every object has', async () => {
    await expect(sent(Buffer.from('{}'), 'zip9')).rejects.toMatchObject({ status: 415 });
    await expect(sent(Buffer.from('{}'), 'constructor')).rejects.toMatchObject({ status: 415 });
  });
});
