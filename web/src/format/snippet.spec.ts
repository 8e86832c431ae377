import { withShortLead } from './snippet';

const lead = (text: string) => ({ text, isMatch: false });
const match = { text: 'wombat', isMatch: true };
const textOf = (...parts: { text: string; isMatch: boolean }[]): string =>
  withShortLead(parts)
    .map(({ text }) => text)
    .join('');

describe('the words of a match in the list', () => {
  it('begin with whole words not far before the first match', () => {
    const text = 'always gets the same answer. You said: Where does the ';
    expect(textOf(lead('…'), lead(text), match, lead(' sleep?'))).toBe('…You said: Where does the wombat sleep?');
  });

  it('are as they were found where the match comes soon, or none is marked', () => {
    expect(textOf(lead('Where does the '), match)).toBe('Where does the wombat');
    expect(textOf(match, lead(' x'.repeat(50)))).toBe(`wombat${' x'.repeat(50)}`);
    expect(textOf(lead('x '.repeat(50)))).toBe('x '.repeat(50));
    expect(withShortLead([])).toEqual([]);
  });

  it('begin within a word that is longer than what is shown before the match', () => {
    expect(textOf(lead('x'.repeat(100)), match)).toBe(`…${'x'.repeat(30)}wombat`);
  });
});
