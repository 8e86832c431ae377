import { newId } from '../common/ids';
import { newestFirst } from './newest-first';

describe('newestFirst', () => {
  const ids = Array.from({ length: 5 }, newId);
  const page = (all: readonly string[], limit: number, cursor?: string) =>
    newestFirst(all, { limit, cursor }, (id) => id);

  it('shows each entry once over its pages', () => {
    const first = page(ids, 2);
    const second = page(ids, 2, first.nextCursor ?? '');
    const third = page(ids, 2, second.nextCursor ?? '');
    expect([...first.data, ...second.data, ...third.data]).toEqual(ids.toReversed());
    expect(third.nextCursor).toBeNull();
  });

  it('goes on behind an entry that is gone', () => {
    const { nextCursor } = page(ids, 2);
    const left = ids.filter((id) => id !== ids[3]);
    expect(page(left, 2, nextCursor ?? '').data).toEqual([ids[2], ids[1]]);
  });

  it('refuses a cursor that is none of its own', () => {
    expect(() => page(ids, 2, 'nonsense')).toThrow('cursor must be the nextCursor of an earlier page');
  });
});
