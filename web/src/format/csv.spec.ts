import { csvOf } from './csv';

describe('a table as CSV', () => {
  it('quotes what would end a cell or a row', () => {
    expect(
      csvOf(
        ['name', 'cost'],
        [
          ['a, "b"\nc', 1.5],
          ['plain', null],
        ],
      ),
    ).toBe('name,cost\r\n"a, ""b""\nc",1.5\r\nplain,\r\n');
  });

  it('leaves no formula to a spreadsheet, and numbers as they are', () => {
    expect(
      csvOf(
        ['name', 'cost'],
        [
          ['=HYPERLINK(1)', -2],
          ['@x', 0],
        ],
      ),
    ).toBe("name,cost\r\n'=HYPERLINK(1),-2\r\n'@x,0\r\n");
  });
});
