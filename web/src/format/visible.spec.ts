import { countHidden, visiblePieces, visibleProse, visibleString } from './visible';

describe('a text as it may be shown', () => {
  it('is one piece where nothing in it is hidden', () => {
    expect(visiblePieces('echo "it\'s $HOME"\n\t# ünïcödé 漢字 שלום')).toEqual([
      { text: 'echo "it\'s $HOME"\n\t# ünïcödé 漢字 שלום', boxed: null },
    ]);
    expect(visiblePieces('')).toEqual([]);
  });

  it.each([
    ['\u202ecod.exe', '⟨U+202E⟩cod.exe'],
    ['a\u2066b\u2069', 'a⟨U+2066⟩b⟨U+2069⟩'],
    ['pay\u200bpal', 'pay⟨U+200B⟩pal'],
    ['a\u200db', 'a⟨U+200D⟩b'],
    ['a\ufe0f', 'a⟨U+FE0F⟩'],
    ['a\u00a0b', 'a⟨U+00A0⟩b'],
    ['a\rb\u0007', 'a⟨U+000D⟩b⟨U+0007⟩'],
    ['tag\u{e0041}', 'tag⟨U+E0041⟩'],
    ['\u3164', '⟨U+3164⟩'],
  ])('says in words what of %j cannot be seen', (text, shown) => expect(visibleString(text)).toBe(shown));

  it.each(['👩‍💻 ❤️ 1️⃣ 👍🏽', 'می‌خواهم', 'क्‍ष'])('leaves alone the joiners that %s needs', (text) => {
    expect(visibleString(text)).toBe(text);
  });

  it('leaves prose what its script needs, and no more', () => {
    expect(visibleProse('10\u00a0% \u200fשלום')).toHaveLength(1);
    expect(visibleProse('a\u202eb').map(({ text }) => text)).toEqual(['a', '⟨U+202E⟩', 'b']);
  });

  it('says why a piece is boxed, and how many are', () => {
    const [, boxed] = visiblePieces('x\u202ey');
    expect(boxed?.boxed).toContain('direction');
    expect(countHidden('\u200b\u200b x')).toBe(2);
  });
});
