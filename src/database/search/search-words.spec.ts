import { termsOf, wordsOf } from './search-words';

const words = (text: string): string[] => [...wordsOf(text)].map(({ word }) => word);
const terms = (typed: string): string[] => termsOf(typed).map(({ word, isPrefix }) => (isPrefix ? `${word}*` : word));

describe('the words of a text', () => {
  it('are its runs of letters and digits, without case and accents', () => {
    expect(words('Die Straße, CAFÉ-Tür: x2 ½')).toEqual(['die', 'strasse', 'cafe', 'tur', 'x2', '12']);
    expect(words('src/chat/usage-report.ts')).toEqual(['src', 'chat', 'usage', 'report', 'ts']);
    expect(words('Ёлка')).toEqual(words('елка'));
    expect(words('cafe\u0301')).toEqual(['cafe']);
  });

  it('are pairs of characters in scripts without spaces', () => {
    expect(words('東京都 x')).toEqual(['東京', '京都', '都', 'x']);
  });

  it('are emoji, too', () => {
    expect(words('done 🎉!')).toEqual(['done', '🎉']);
  });

  it('say where in the text they are', () => {
    const text = '🎉 Größe 東京';
    expect([...wordsOf(text)].map(({ start, end }) => text.slice(start, end))).toEqual(['🎉', 'Größe', '東京', '京']);
  });

  it('have no character that a query language knows, whatever the text', () => {
    const text = 'a"b\' OR 1=1 -- \0 \ud800 NEAR(x) c* ^d :e (f) g:h & | ! <-> \\ \uE000u %_ ﷺ ㏂';
    for (const word of words(text)) expect(word).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
  });
});

describe('what is looked for', () => {
  it('are all words that were typed, the last one as a beginning', () => {
    expect(terms('Build fai')).toEqual(['build', 'fai*']);
    expect(terms('fail fail')).toEqual(['fail*']);
  });

  it('is a single letter only as a word of its own', () => {
    expect(terms('a')).toEqual(['a']);
  });

  it('is a single character of a script without spaces as the first of any pair', () => {
    expect(terms('京')).toEqual(['京*']);
    expect(terms('東京都')).toEqual(['東京', '京都']);
  });

  it('is nothing when no word was typed', () => {
    expect(terms('"" -- !?')).toEqual([]);
  });

  it('is bounded', () => {
    expect(terms(Array.from({ length: 500 }, (_, index) => `w${index}`).join(' '))).toHaveLength(32);
  });
});
