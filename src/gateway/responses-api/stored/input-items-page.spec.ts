import { inputItemsPage } from './input-items-page';

const ITEMS = ['a', 'b', 'c'].map((id) => ({ id }));
const idsOf = (query: Record<string, unknown>): unknown[] => inputItemsPage(ITEMS, query).data.map(({ id }) => id);

describe('inputItemsPage', () => {
  it('has the newest first unless asked otherwise', () => {
    expect(idsOf({})).toEqual(['c', 'b', 'a']);
    expect(idsOf({ order: 'asc' })).toEqual(['a', 'b', 'c']);
  });

  it('goes on behind an item, and says whether there is more', () => {
    expect(inputItemsPage(ITEMS, { limit: '2' })).toMatchObject({ first_id: 'c', last_id: 'b', has_more: true });
    expect(inputItemsPage(ITEMS, { limit: '2', after: 'b' })).toMatchObject({ first_id: 'a', has_more: false });
    expect(inputItemsPage([], {})).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { order: 'up' }, { after: 'z' }])(
    'refuses %j',
    (query) => {
      expect(() => inputItemsPage(ITEMS, query)).toThrow();
    },
  );
});
