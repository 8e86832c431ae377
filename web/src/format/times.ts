import { currentLocale } from '../languages/locale';

/** Mar 3, 2026, 2:05:07 PM, as the language of the page and the zone of the browser have it. */
export const formatMoment = (time: string | Date): string => write(time, { dateStyle: 'medium', timeStyle: 'medium' });

/** The same without the seconds. */
export const formatMinute = (time: string | Date): string => write(time, { dateStyle: 'medium', timeStyle: 'short' });

/** 3 Mar 2026 */
export const formatDay = (time: string | Date): string => write(time, { dateStyle: 'medium' });

/** 14:05 */
export const formatClock = (time: string | Date): string => write(time, { timeStyle: 'short' });

/** March; with the year where one is asked for: March 2025 */
export const formatMonth = (time: Date, year?: 'numeric'): string => write(time, { month: 'long', year });

const formats = new Map<string, Intl.DateTimeFormat>();

function write(time: string | Date, options: Intl.DateTimeFormatOptions): string {
  const locale = currentLocale();
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format.format(new Date(time));
}
