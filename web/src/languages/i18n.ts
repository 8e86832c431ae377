import { createInstance, type FormatterModule } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readText, writeText } from '../browser/storage';
import english from './en.json';
import { LANGUAGES, type Language, wantedLanguage } from './language';
import { browserLanguages, formatNumber, setCurrentLanguage } from './locale';

const KEY = 'relay.language';
/** A page in English is better than none. */
const CATALOGUE_DEADLINE_MS = 5_000;

type Catalogue = Readonly<Record<string, string>>;

/** English has none: its texts are the keys. `en.json` has what a text says of one. */
const CATALOGUES: Record<Exclude<Language, 'en'>, () => Promise<{ default: Catalogue }>> = {
  de: () => import('./de.json'),
  ar: () => import('./ar.json'),
};

/** Writes numbers as the language does. */
const NUMBERS: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown) => (typeof value === 'number' ? formatNumber(value, 2) : String(value)),
};

export const i18n = createInstance();
void i18n
  .use(initReactI18next)
  .use(NUMBERS)
  .init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: english } },
    // With what there is already: the page's texts are asked for at once.
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: {
      // React escapes what it shows.
      escapeValue: false,
      alwaysFormat: true,
    },
    react: { useSuspense: false },
  });

/** Has the page in the language that is wanted, before it is shown first; in English where its texts do not come. */
export async function startLanguage(): Promise<void> {
  await use(wantedLanguage(readText(KEY), browserLanguages()));
}

/** Shows the page in another language, and remembers it in this browser. False: its texts could not be fetched; all stays as it was. */
export async function chooseLanguage(language: Language): Promise<boolean> {
  if (!(await use(language))) return false;
  writeText(KEY, language);
  return true;
}

async function use(language: Language): Promise<boolean> {
  if (!(await load(language))) return false;
  setCurrentLanguage(language);
  document.documentElement.lang = language;
  document.documentElement.dir = LANGUAGES[language].dir;
  // Whoever listens shows the page anew.
  await i18n.changeLanguage(language);
  return true;
}

async function load(language: Language): Promise<boolean> {
  if (language === 'en' || i18n.hasResourceBundle(language, 'translation')) return true;
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), CATALOGUE_DEADLINE_MS));
  const catalogue = await Promise.race([CATALOGUES[language](), late]).catch(() => null);
  if (catalogue === null) return false;
  i18n.addResourceBundle(language, 'translation', catalogue.default);
  return true;
}
