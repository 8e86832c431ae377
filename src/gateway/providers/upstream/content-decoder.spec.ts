import { brotliCompressSync, constants, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ContentDecoder } from './content-decoder';

/** Decompresses pieces; `end` false: no more comes, and the connection stays. */
function decoded(encoding: string, pieces: readonly Uint8Array[], end = true): Promise<string[]> {
  const seen: string[] = [];
  return new Promise((resolve, reject) => {
    const answer = {
      data: (chunk: Buffer) => {
        seen.push(chunk.toString());
        if (!end) resolve(seen);
      },
      end: () => resolve(seen),
      failed: reject,
    };
    const decoder = new ContentDecoder(encoding, answer, () => undefined);
    for (const piece of pieces) decoder.write(Buffer.from(piece));
    if (end) decoder.end();
  });
}

describe('an answer that is compressed unasked', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('is read: %s', async (encoding, compress) => {
    expect((await decoded(encoding, [compress('data: {}\n\n')])).join('')).toBe('data: {}\n\n');
  });

  it('of a stream comes out event by event, not at its end', async () => {
    const gzip = createGzip();
    const first = new Promise<Buffer>((resolve) => gzip.once('data', resolve));
    gzip.write('data: {}\n\n');
    gzip.flush(constants.Z_SYNC_FLUSH);
    const piece = await first;
    const more = new Promise<Buffer>((resolve) => gzip.once('data', resolve));
    expect((await decoded('gzip', [piece, piece.length > 10 ? Buffer.alloc(0) : await more], false)).join('')).toBe(
      'data: {}\n\n',
    );
  });

  it('is broken off where its end is missing', async () => {
    const bytes = gzipSync('a'.repeat(1000));
    await expect(decoded('gzip', [bytes.subarray(0, -8)])).rejects.toMatchObject({ code: 'Z_BUF_ERROR' });
  });

  it('is an error where it is not what it says, or nobody knows the coding', async () => {
    await expect(decoded('gzip', [Buffer.from('{}')])).rejects.toThrow('incorrect header check');
    await expect(decoded('constructor', [Buffer.from('{}')])).rejects.toThrow('"constructor" is not known here');
  });
});
