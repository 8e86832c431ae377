import { hasMath, withDollars } from './math';

describe('formulas', () => {
  it('are written in dollars, but not in code', () => {
    expect(withDollars(String.raw`so \(a^2\) and`)).toBe('so $$a^2$$ and');
    expect(withDollars(String.raw`so \[ a \] end`)).toBe('so \n$$\na\n$$\n end');
    const code = '`\\(a\\)` and\n```sh\necho \\[a\\]\n```';
    expect(withDollars(code)).toBe(code);
  });

  it('are looked for only where a text has some, and not too many', () => {
    expect(hasMath('it costs $5 or $6')).toBe(false);
    expect(hasMath('$$x$$')).toBe(true);
    expect(hasMath('$$x$$'.repeat(1_000))).toBe(false);
  });
});
