import { fingerprintOf } from './message-fingerprint';

const TEXT = { text: 'look' };
const FILE = { sha256: 'aa', fileName: 'a.txt' };

describe('the fingerprint of a message', () => {
  const ofBoth = fingerprintOf([TEXT, FILE], { model: 'm', outputSchema: { a: 1, b: [{ c: 2, d: 3 }] } });

  it('is the same for the same content and options, in whatever order the fields of a schema come', () => {
    const again = { outputSchema: { b: [{ d: 3, c: 2 }], a: 1 }, model: 'm', effort: undefined };
    expect(fingerprintOf([{ ...TEXT }, { fileName: 'a.txt', sha256: 'aa' }], again)).toBe(ofBoth);
  });

  it.each([
    ['a text', [{ text: 'Look' }, FILE], {}],
    ['the bytes of a file', [TEXT, { ...FILE, sha256: 'ab' }], {}],
    ['the name of a file', [TEXT, { ...FILE, fileName: 'b.txt' }], {}],
    ['the order', [FILE, TEXT], {}],
    ['the model', [TEXT, FILE], { model: 'n' }],
    ['the effort', [TEXT, FILE], { effort: 'low' }],
    ['the schema', [TEXT, FILE], { outputSchema: { a: 1, b: [] } }],
  ])('is another one with %s', (_what, parts, options) => {
    const asked = { model: 'm', outputSchema: { a: 1, b: [{ c: 2, d: 3 }] }, ...options };
    expect(fingerprintOf(parts, asked)).not.toBe(ofBoth);
  });
});
