import { type ShownFile, shownFileOf } from './shown-file';

const shown = (given: readonly number[] | string, mediaType = 'text/plain', size?: number): ShownFile => {
  const bytes = typeof given === 'string' ? new TextEncoder().encode(given) : Uint8Array.from(given);
  return shownFileOf(bytes, { size: size ?? bytes.length, mediaType, tag: '"1"' });
};

describe('what a page shows of a file', () => {
  it('is text with its tag, byte by byte, a mark at its beginning included', () => {
    const text = '\ufeffgrüß\r\n';
    expect(shown(text)).toEqual({ kind: 'text', size: 11, text, isCut: false, tag: '"1"' });
    expect(shown('')).toMatchObject({ kind: 'text', text: '' });
  });

  it('is the beginning of a long text, without the character that is cut in two', () => {
    expect(shown([104, 0xc3], 'text/plain', 9_000_000)).toMatchObject({ kind: 'text', text: 'h', isCut: true });
    expect(shown([104, 0xc3])).toMatchObject({ kind: 'other' });
  });

  it('is no text where it has a NUL or is no UTF-8, whatever it says that it is', () => {
    expect(shown([104, 0, 105])).toEqual({ kind: 'other', size: 3 });
    expect(shown([0xe9, 0x74])).toEqual({ kind: 'other', size: 2 });
    expect(shown('{}', 'application/json')).toMatchObject({ kind: 'text' });
  });

  it('is a picture for what browsers draw without running anything', () => {
    expect(shown([137], 'image/png')).toEqual({ kind: 'picture', size: 1 });
    expect(shown('<svg/>', 'image/svg+xml')).toMatchObject({ kind: 'text' });
  });
});
