/** Scripts that put no spaces between words: each two characters in a row are a word. */
const UNSPACED = [...['Han', 'Hiragana', 'Katakana'], ...['Thai', 'Lao', 'Khmer', 'Myanmar']]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
/** A symbol such as an emoji; a run of an unspaced script; or letters, marks and digits of the others. */
const RUN = new RegExp(
  `(?<symbol>\\p{Extended_Pictographic})|(?<unspaced>[${UNSPACED}]+)|[[\\p{L}\\p{N}\\p{M}]--[${UNSPACED}]]+`,
  'gv',
);
const NO_WORD = /[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]/gu;
const PLAIN = /^[a-z0-9]*$/;
/** Accents of Latin, Greek and Cyrillic letters; other marks make another letter. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Characters of a word that count. */
const MAX_WORD = 64;

/** A word of a text, folded: without case and accents. */
export interface SearchWord {
  readonly word: string;
  /** Where it is in the text, in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** It stands for the end of a run of an unspaced script, of which the word before it tells more. */
  readonly isRest: boolean;
  /** Its script puts spaces between words. */
  readonly isSpaced: boolean;
}

/** What must be in a text. */
export interface SearchTerm {
  readonly word: string;
  /** A word that begins so is enough. */
  readonly isPrefix: boolean;
}

/** A query has no more terms; what follows is left out. */
const MAX_TERMS = 32;
/** A single letter stands for itself, since too many words begin with it. */
const MIN_PREFIX = 2;

function fold(text: string): string {
  if (PLAIN.test(text)) return text;
  const bare = text.normalize('NFKD').replace(ACCENTS, '').normalize('NFKC').toLowerCase().replaceAll('ß', 'ss');
  return bare.replace(ACCENTS, '').replace(NO_WORD, '').slice(0, MAX_WORD);
}

/** The words of a text, in order. */
export function* wordsOf(text: string): Generator<SearchWord> {
  for (const { 0: run, index: start, groups } of text.matchAll(RUN)) {
    if (groups?.unspaced !== undefined) yield* pairsOf(run, start);
    else {
      const word = fold(run.slice(0, MAX_WORD));
      const isSpaced = groups?.symbol === undefined;
      if (word !== '') yield { word, start, end: start + run.length, isRest: false, isSpaced };
    }
  }
}

/** Each character with the one behind it, the last alone. */
function* pairsOf(run: string, from: number): Generator<SearchWord> {
  const characters = [...run];
  let start = from;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1] ?? '';
    const word = fold(character + next);
    const isRest = next === '' && index > 0;
    if (word !== '') yield { word, start, end: start + character.length + next.length, isRest, isSpaced: false };
    start += character.length;
  }
}

/**
 * What a text must have to be found by what somebody typed: all of its words, of which the last may be the beginning of
 * one. Whatever was typed, there is nothing in them that a query language could take for its own.
 */
export function termsOf(typed: string): SearchTerm[] {
  const words = [...wordsOf(typed)].filter(({ isRest }) => !isRest);
  const last = words.at(-1);
  const terms = new Map<string, SearchTerm>();
  for (const found of words) {
    const { word, isSpaced } = found;
    const isBeginning = found === last && isSpaced && word.length >= MIN_PREFIX;
    // One character of an unspaced script is the first of a pair, wherever it is in a run.
    const isPrefix = isBeginning || (!isSpaced && [...word].length === 1);
    terms.set(word, { word, isPrefix: isPrefix || (terms.get(word)?.isPrefix ?? false) });
  }
  return [...terms.values()].slice(0, MAX_TERMS);
}

export const matches = (word: string, { word: wanted, isPrefix }: SearchTerm): boolean =>
  isPrefix ? word.startsWith(wanted) : word === wanted;
