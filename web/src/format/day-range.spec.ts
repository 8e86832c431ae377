import { daysIn, rangeOf } from './day-range';

const TODAY = '2026-03-02';
const of = (search: string) => rangeOf(new URLSearchParams(search), TODAY);

describe('the days that an address names', () => {
  it('are the last so many, over the end of a month', () => {
    expect(of('days=7')).toEqual({ from: '2026-02-24', to: TODAY });
    expect(daysIn(of('days=3'))).toEqual(['2026-02-28', '2026-03-01', '2026-03-02']);
  });

  it('are those from one to another, both inclusive', () => {
    expect(daysIn(of('from=2026-01-31&to=2026-02-01'))).toEqual(['2026-01-31', '2026-02-01']);
  });

  it.each(['', 'days=0', 'days=1000', 'from=2026-02-30x', 'from=2026-03-05&to=2026-03-01', 'from=2020-01-01'])(
    'are the last 30 where "%s" is no time',
    (search) => expect(daysIn(of(search))).toHaveLength(30),
  );
});
