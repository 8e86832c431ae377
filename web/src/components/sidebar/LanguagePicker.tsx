import { useState } from 'react';
import { chooseLanguage } from '../../languages/i18n';
import { isLanguage, LANGUAGES } from '../../languages/language';
import { currentLanguage } from '../../languages/locale';
import { t } from '../../languages/text';
import { Icon } from '../shell/Icon';

const ID = 'language';

/** Each language is named in itself. */
export function LanguagePicker({ className }: { className: string }) {
  const [hasFailed, setHasFailed] = useState(false);
  const choose = async (language: string): Promise<void> => {
    if (!isLanguage(language)) return;
    const isShown = await chooseLanguage(language);
    setHasFailed(!isShown);
    // The page has been made anew.
    requestAnimationFrame(() => document.getElementById(ID)?.focus());
  };
  return (
    <div className={className}>
      <Icon name="globe" />
      <select
        id={ID}
        aria-label={t('Language')}
        value={currentLanguage()}
        onChange={(event) => void choose(event.target.value)}
        className="min-w-0 flex-1 cursor-pointer bg-transparent"
      >
        {Object.entries(LANGUAGES).map(([tag, { name }]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
      {hasFailed && (
        <span role="alert" className="sr-only">
          {t('The texts of this language could not be fetched.')}
        </span>
      )}
    </div>
  );
}
