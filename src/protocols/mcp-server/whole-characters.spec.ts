import { wholeCharacters } from './whole-characters';

describe('a part of a text', () => {
  it.each(['abc', 'äöü', '€uro', 'a😀b'])('of "%s" ends with a whole character wherever it is cut', (text) => {
    const bytes = Buffer.from(text);
    for (let end = 4; end <= bytes.length; end += 1) {
      const whole = wholeCharacters(bytes.subarray(0, end)).toString();
      expect(whole).not.toContain('\uFFFD');
      expect(text.startsWith(whole)).toBe(true);
      expect(end - Buffer.byteLength(whole)).toBeLessThan(4);
    }
  });

  it('is kept where there is no whole character in it, so that reading goes on', () => {
    expect(wholeCharacters(Buffer.from('😀').subarray(0, 2))).toHaveLength(2);
    expect(wholeCharacters(Buffer.alloc(0))).toHaveLength(0);
  });
});
