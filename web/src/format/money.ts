import { LANGUAGES } from '../languages/language';
import { currentLanguage, formatNumber } from '../languages/locale';

/** $1.23, $0.0042; as the language of the page has it. @param currency ISO 4217 */
export function formatMoney(amount: number, currency: string): string {
  const isSmall = amount !== 0 && Math.abs(amount) < 1;
  const digits: Intl.NumberFormatOptions = isSmall
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  // `US$` is torn apart between words that run from right to left.
  const currencyDisplay = LANGUAGES[currentLanguage()].dir === 'rtl' ? 'code' : 'symbol';
  return formatNumber(amount, 2, { style: 'currency', currency, currencyDisplay, ...digits });
}

/** The same where there is little room: it may stand on two lines, the sign on one and the number, whole, on the other. */
export const wrappingMoney = (amount: number, currency: string): string =>
  formatMoney(amount, currency).replaceAll('\u00a0', ' ');
