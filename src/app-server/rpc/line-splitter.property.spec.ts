import fc from 'fast-check';
import { Line, LineSplitter } from './line-splitter';

const HEAD_BYTES = 512;

/** Texts with characters of one to four bytes, also empty and long ones; none has a newline. */
const lineText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.toWellFormed().replaceAll('\n', '')),
  fc.integer({ min: 500, max: 1_200 }).map((length) => 'é'.repeat(length)),
);

/** The bytes cut at any places, also within a character and with nothing between two cuts. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('LineSplitter, for any lines and any chunks of them', () => {
  it('gives the same lines, and the bytes that are left', () => {
    fc.assert(
      fc.property(fc.array(lineText), lineText, cuts, (texts, torn, at) => {
        const bytes = Buffer.from([...texts, torn].join('\n'));
        const lines = new LineSplitter(1_000_000);
        const found = chunksOf(bytes, at).flatMap((chunk) => lines.push(chunk));
        const wanted: Line[] = texts.filter((text) => text !== '').map((text) => ({ kind: 'whole', text }));
        expect(found).toEqual(wanted);
        expect(lines.pendingBytes).toBe(Buffer.byteLength(torn));
      }),
    );
  });

  it('gives a line whole exactly when it is within the bound, and else its length and its first bytes', () => {
    fc.assert(
      fc.property(fc.array(lineText), fc.integer({ min: HEAD_BYTES, max: 2_000 }), cuts, (texts, maxBytes, at) => {
        const lines = new LineSplitter(maxBytes);
        const chunks = chunksOf(Buffer.from(texts.map((text) => `${text}\n`).join('')), at);
        const wanted = texts
          .map((text) => Buffer.from(text))
          .filter(({ length }) => length > 0)
          .map((bytes): Line => {
            const { length } = bytes;
            if (length <= maxBytes) return { kind: 'whole', text: bytes.toString() };
            return { kind: 'oversized', head: bytes.toString('utf8', 0, HEAD_BYTES), bytes: length };
          });
        expect(chunks.flatMap((chunk) => lines.push(chunk))).toEqual(wanted);
      }),
    );
  });
});
