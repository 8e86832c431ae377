const DAY_MS = 86_400_000;
/** As many as the service sums up at once. */
export const MOST_DAYS = 366;
export const DEFAULT_DAYS = 30;

/** Days of the zone that the page is in, both inclusive: `2026-03-01`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** What the address says, `days=90` or `from=…&to=…`; the last 30 days where that is no time. */
export function rangeOf(search: URLSearchParams, today: string): DayRange {
  const { from = '', to = today } = Object.fromEntries(search);
  const range = { from, to };
  if (isRange(range)) return range;
  const days = Math.floor(Number(search.get('days')));
  return lastDays(days > 0 && days <= MOST_DAYS ? days : DEFAULT_DAYS, today);
}

export const lastDays = (days: number, today: string): DayRange => ({ from: dayAfter(today, 1 - days), to: today });

export function isRange({ from, to }: DayRange): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return isDay(from) && isDay(to) && days >= 1 && days <= MOST_DAYS;
}

export function daysIn({ from, to }: DayRange): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, index) => dayAfter(from, index));
}

/** @param days may be negative */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** As the clock and the zone of the browser have it. */
export function todayName(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
