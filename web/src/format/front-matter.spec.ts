import { withoutFrontMatter } from './front-matter';

describe('a document with a block of names and values', () => {
  it('is shown without it, and as it is where it has none', () => {
    expect(withoutFrontMatter('---\nname: a\n---\n\n# Do\n---\nmore\n')).toBe('# Do\n---\nmore\n');
    expect(withoutFrontMatter('---\r\nname: a\r\n---\r\nDo')).toBe('Do');
    expect(withoutFrontMatter('---\nname: a\n---')).toBe('');
    expect(withoutFrontMatter('# Do\n---\nx\n---\n')).toBe('# Do\n---\nx\n---\n');
    expect(withoutFrontMatter('---\nnever closed')).toBe('---\nnever closed');
  });
});
