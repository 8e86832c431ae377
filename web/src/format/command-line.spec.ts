import { commandLine } from './command-line';

describe('commandLine', () => {
  it('tells a word with blanks or quotes from several', () => {
    expect(commandLine(['git', 'commit', '-m', 'one two', "it's", ''])).toBe(`git commit -m 'one two' 'it'\\''s' ''`);
  });
});
