import { applyDecorators } from '@nestjs/common';
import { IsTimeZone, Matches } from 'class-validator';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A day begins no earlier before its midnight UTC than in the zone farthest in the east, and no later than in the west. */
const EARLIEST_MS = 15 * HOUR_MS;
const LATEST_MS = 13 * HOUR_MS;

const message = '$property must be the name of a time zone of the IANA database, such as Europe/Berlin or UTC';

/** The IANA name of a time zone, and no offset, which knows no daylight saving time. */
export const IsZoneName = (): PropertyDecorator =>
  applyDecorators(IsTimeZone({ message }), Matches(/^[A-Za-z]/, { message }));

/** A span of time with a name. */
export interface NamedPeriod {
  /** First moment, ISO 8601 UTC. */
  readonly start: string;
  /** `2026-11-20`, or `2026-11` for a month. */
  readonly name: string;
}

/** The calendar of a time zone. */
export class ZoneCalendar {
  private readonly format: Intl.DateTimeFormat;

  /** @param zone IANA name, e.g. `Europe/Berlin`. @throws RangeError for one that is not known */
  constructor(zone: string) {
    // Swedish dates are those of ISO 8601.
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    this.format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...parts });
  }

  /** The first moment of a date such as `2026-11-20`, in milliseconds. Its clock may show something else than midnight then. */
  startOf(date: string): number {
    const midnightUtc = Date.parse(`${date}T00:00:00Z`);
    let before = midnightUtc - EARLIEST_MS;
    let from = midnightUtc + LATEST_MS;
    while (from - before > MINUTE_MS) {
      const middle = before + Math.floor((from - before) / 2 / MINUTE_MS) * MINUTE_MS;
      if (this.dateAt(middle) >= date) from = middle;
      else before = middle;
    }
    return from;
  }

  /** The days that have a part between two moments in milliseconds, in order; daylight saving time makes some longer. */
  days(from: number, to: number): NamedPeriod[] {
    const days: NamedPeriod[] = [];
    for (let date = this.dateAt(from); ; date = nextDate(date)) {
      const start = this.startOf(date);
      if (start >= to) return days;
      days.push({ start: new Date(start).toISOString(), name: date });
    }
  }

  /** The same by months. */
  months(from: number, to: number): NamedPeriod[] {
    const months: NamedPeriod[] = [];
    for (let month = this.dateAt(from).slice(0, 7); ; month = nextMonth(month)) {
      const start = this.startOf(`${month}-01`);
      if (start >= to) return months;
      months.push({ start: new Date(start).toISOString(), name: month });
    }
  }

  private dateAt(ms: number): string {
    return this.format.format(ms);
  }
}

const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const nextDate = (date: string): string => isoDate(Date.parse(date) + DAY_MS);
const nextMonth = (month: string): string => isoDate(Date.parse(`${month}-01`) + 31 * DAY_MS).slice(0, 7);
