/** The languages of the page. Each is named in itself: whoever looks for it reads no other. */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr' },
  de: { name: 'Deutsch', dir: 'ltr' },
  ar: { name: 'العربية', dir: 'rtl' },
} as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (tag: string): tag is Language => Object.hasOwn(LANGUAGES, tag);

const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

/** What the person has chosen, else the first of the browser's languages that there is, else English. */
export function wantedLanguage(chosen: string | null, ofBrowser: readonly string[]): Language {
  return [chosen ?? '', ...ofBrowser.map(languageOf), 'en'].find(isLanguage) ?? 'en';
}

/**
 * The tag for `Intl`: with the region of the browser's (`en-GB`, `de-AT`) where that is of this language. Digits are the European ones
 * everywhere, as they are in all that the agent writes.
 */
export function localeOf(language: Language, ofBrowser: readonly string[]): string {
  const tag = ofBrowser.find((own) => languageOf(own) === language) ?? language;
  return new Intl.Locale(tag, { numberingSystem: 'latn' }).toString();
}
