import { BoundedMap } from './bounded-map';

describe('a bounded map', () => {
  it('forgets what was set longest ago, be the key what it may', () => {
    const map = new BoundedMap<string | undefined, number>(2).set(undefined, 0).set('a', 1).set('b', 2);
    expect([...map]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('keeps what is set again', () => {
    const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3).set('c', 4);
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
  });
});
