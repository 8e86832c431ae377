import { i18n } from './i18n';
import { LANGUAGES } from './language';
import { currentLanguage } from './locale';

declare const isMarked: unique symbol;

/** English words that stand in a table, and are translated where they are shown: `t(WORDS[state])`. */
export type Words = string & { readonly [isMarked]: true };

/** Marks words for the catalogues without translating them: what is made when a file is loaded knows no language yet. */
export function words(english: string): Words;
export function words(english: string): string {
  return english;
}

type NamesIn<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type Value<Name extends string> = Name extends 'count' ? number : string | number;

/** What has to be given for the `{{…}}` of a text. */
export type ValuesOf<Text extends string> = { [Name in NamesIn<Text>]: Value<Name> };
type Arguments<Text extends string> = [NamesIn<Text>] extends [never] ? [] : [values: ValuesOf<Text>];
/** A text that is known where it is written, so that the catalogues can be held against it. */
export type Known<Text extends string> = Text extends Words ? Text : string extends Text ? never : Text;

/** The text in the language of the page. `{{count}}` chooses the form of its number (`en.json` has the English one for 1). */
export function t<const Text extends string>(english: Known<Text>, ...[values]: Arguments<Text>): string {
  return i18n.t(english, { ...values });
}

/** Kept apart from the direction of what is around it, where that is another one and no element can do it. */
export const isolated = (text: string): string =>
  LANGUAGES[currentLanguage()].dir === 'rtl' ? `\u2068${text}\u2069` : text;
