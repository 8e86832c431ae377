import { ZoneCalendar } from './time-zone';

const startsOf = (zone: string, ...dates: string[]): string[] =>
  dates.map((date) => new Date(new ZoneCalendar(zone).startOf(date)).toISOString());
const ms = (iso: string): number => Date.parse(iso);

describe('the calendar of a time zone', () => {
  it('has days that begin at its midnight, also around the change of the clocks', () => {
    expect(startsOf('Europe/Berlin', '2026-03-29', '2026-03-30', '2026-10-25', '2026-10-26')).toEqual([
      ...['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
      ...['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ]);
  });

  it('knows zones far in the east and west, and those with parts of hours', () => {
    expect(startsOf('Pacific/Kiritimati', '2026-01-01')).toEqual(['2025-12-31T10:00:00.000Z']);
    expect(startsOf('Pacific/Pago_Pago', '2026-01-01')).toEqual(['2026-01-01T11:00:00.000Z']);
    expect(startsOf('Asia/Kathmandu', '2026-01-01')).toEqual(['2025-12-31T18:15:00.000Z']);
  });

  it('has days that begin at one, where the clocks are set forward at midnight', () => {
    expect(startsOf('America/Sao_Paulo', '2018-11-04')).toEqual(['2018-11-04T03:00:00.000Z']);
  });

  it('names each day and month that has a part in a time', () => {
    const berlin = new ZoneCalendar('Europe/Berlin');
    expect(berlin.days(ms('2026-10-24T12:00:00Z'), ms('2026-10-26T00:00:00Z'))).toEqual([
      { start: '2026-10-23T22:00:00.000Z', name: '2026-10-24' },
      { start: '2026-10-24T22:00:00.000Z', name: '2026-10-25' },
      { start: '2026-10-25T23:00:00.000Z', name: '2026-10-26' },
    ]);
    expect(berlin.months(ms('2026-01-31T23:30:00Z'), ms('2026-04-01T00:00:00Z')).map(({ name }) => name)).toEqual([
      ...['2026-02', '2026-03', '2026-04'],
    ]);
  });

  it('knows no zone that is none', () => {
    expect(() => new ZoneCalendar('Mars/Olympus')).toThrow(RangeError);
  });
});
