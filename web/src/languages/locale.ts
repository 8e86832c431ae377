import { localeOf, type Language } from './language';

let current: Language = 'en';

/** In the order in which the person wants them. */
export const browserLanguages = (): readonly string[] =>
  typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);

export const currentLanguage = (): Language => current;

export function setCurrentLanguage(language: Language): void {
  current = language;
}

/** What `Intl` is asked with. */
export const currentLocale = (): string => localeOf(current, browserLanguages());

const formats = new Map<string, Intl.NumberFormat>();

/** 12,345.6 as the language of the page has it; `digits`: at most so many behind the point. */
export function formatNumber(value: number, digits = 0, options: Intl.NumberFormatOptions = {}): string {
  const locale = currentLocale();
  const key = `${locale} ${digits} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits, ...options });
  formats.set(key, format);
  return format.format(value);
}
