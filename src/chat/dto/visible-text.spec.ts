import { visibleText } from './visible-text';

const marksOf = (text: string) => visibleText(text).marks.map(({ kind, codes }) => `${kind} ${codes.join(' ')}`);

describe('a text in which nothing is hidden', () => {
  it.each([
    ['rm \u202etxt.a', 'rm ⟨U+202E⟩txt.a', ['direction U+202E']],
    ['r\u200bm', 'r⟨U+200B⟩m', ['zero_width U+200B']],
    [
      'a\u00adb\u{e0041}c\u3164',
      'a⟨U+00AD⟩b⟨U+E0041⟩c⟨U+3164⟩',
      ['zero_width U+00AD', 'zero_width U+E0041', 'zero_width U+3164'],
    ],
    ['echo \u001b[8mrm\u001b[0m', 'echo ⟨U+001B⟩[8mrm⟨U+001B⟩[0m', ['control U+001B', 'control U+001B']],
    ['a\rb\u0000\u2028', 'a⟨U+000D⟩b⟨U+0000⟩⟨U+2028⟩', ['control U+000D', 'control U+0000', 'control U+2028']],
    ['ls\nrm -rf /\r\n', 'ls⟨line end⟩rm -rf /⟨U+000D U+000A⟩', ['line_end U+000A', 'control U+000D U+000A']],
    [`ls${' '.repeat(300)}; rm`, 'ls ⟨300 blanks⟩ ; rm', ['blanks U+0020']],
    ['a\u00a0b', 'a⟨U+00A0⟩b', ['blanks U+00A0']],
    ['half \ud800', 'half ⟨U+D800⟩', ['control U+D800']],
  ])('of %j is %j', (text, shown, marks) => {
    expect(visibleText(text)).toMatchObject({ text: shown, length: text.length, markCount: marks.length });
    expect(marksOf(text)).toEqual(marks);
  });

  it('stays as it is where all of it can be seen', () => {
    for (const text of ['', "grep -n 'ä 漢字 👍' a.txt", 'a        b']) {
      expect(visibleText(text)).toEqual({ text, length: text.length, marks: [], markCount: 0 });
    }
  });

  it('has its marks where it says, in the original and as they are shown', () => {
    const original = `\u200ba${' '.repeat(20)}b\u202e`;
    const { text, marks } = visibleText(original);
    expect(marks.map(({ at }) => original.charAt(at))).toEqual(['\u200b', ' ', '\u202e']);
    const shown = marks.map(({ shownAt, shownLength }) => text.slice(shownAt, shownAt + shownLength));
    expect(shown).toEqual(['⟨U+200B⟩', ' ⟨20 blanks⟩ ', '⟨U+202E⟩']);
  });

  it('keeps the lines of a difference, and marks what else there is in them', () => {
    const { text, marks } = visibleText('+a\tb\r\n-c\u202e\n', true);
    expect(text).toBe('+a\tb⟨U+000D U+000A⟩-c⟨U+202E⟩\n');
    expect(marks.map(({ kind }) => kind)).toEqual(['control', 'direction']);
  });

  it('lists the first 500 marks, counts all, and shows all', () => {
    const { text, marks, markCount } = visibleText('\u200b'.repeat(501));
    expect([marks.length, markCount, text]).toEqual([500, 501, '⟨U+200B⟩'.repeat(501)]);
  });
});
