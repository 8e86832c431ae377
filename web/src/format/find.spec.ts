import { findIn } from './find';

describe('words in an output', () => {
  it('are found in any case, and as they stand', () => {
    expect(findIn('Error: a.b\nerror: axb', 'error')).toEqual({ starts: [0, 11], count: 2 });
    expect(findIn('a.b axb', 'a.b')).toEqual({ starts: [0], count: 1 });
    expect(findIn('(x)', '(')).toEqual({ starts: [0], count: 1 });
    expect(findIn('anything', '')).toEqual({ starts: [], count: 0 });
  });

  it('are marked up to a thousand, and counted to the last', () => {
    const { starts, count } = findIn('x'.repeat(3_000), 'x');
    expect([starts.length, count]).toEqual([1_000, 3_000]);
  });
});
