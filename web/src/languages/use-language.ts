import { useTranslation } from 'react-i18next';
import type { Language } from './language';
import { currentLanguage } from './locale';

/** Renders again when another language is chosen. The page is made anew by it (`key`), so that nothing else has to ask. */
export function useLanguage(): Language {
  useTranslation();
  return currentLanguage();
}
