import { termsOf } from '../../database/search/search-words';
import { snippetOf } from './snippet';

const marked = (text: string, typed: string): string =>
  snippetOf(text, termsOf(typed))
    .map(({ text: part, isMatch }) => (isMatch ? `[${part}]` : part))
    .join('');

describe('a snippet', () => {
  it('is a short text as it is, with its matches apart', () => {
    expect(marked('The <b>Build</b> failed.', 'build fail')).toBe('The <b>[Build]</b> [failed].');
  });

  it('is the part of a long text around the first match, cut between words', () => {
    const text = `${'before '.repeat(100)}needle ${'after '.repeat(100)}`;
    const shown = marked(text, 'needle');
    expect(shown).toMatch(/^…before (before )+\[needle\] (after )+after…$/);
    expect(shown.length).toBeLessThan(220);
  });

  it('is on one line', () => {
    expect(marked('one\n\n  two\tthree', 'two')).toBe('one [two] three');
  });

  it('marks accents and characters of scripts without spaces as they were written', () => {
    expect(marked('Ein Café in 東京都', 'cafe 京都')).toBe('Ein [Café] in 東[京都]');
    expect(marked('東京都', '京')).toBe('東[京]都');
  });

  it('is the beginning of the text when no word of it matches', () => {
    expect(marked('title only', 'zzz')).toBe('title only');
  });

  it('cuts no emoji in two', () => {
    const shown = marked('🎉'.repeat(300), 'zzz');
    expect(shown.isWellFormed()).toBe(true);
  });
});
