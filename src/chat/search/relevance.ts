import type { SearchKind } from '../../database/search/text-index';

/** A match in a title is worth so many times as much. */
const TITLE_WEIGHT = 3;
/** What it adds that the words follow each other as they were typed. */
const TOGETHER = 1;
/** Of a text so long, in characters, a word counts half as much as of a very short one. */
const LONG = 600;

/**
 * How well a text fits, the greater the better: how often the words are in it, measured by its length, and whether they are
 * together. Words that differ from the text by accents count once. (BM25 of SQLite counts in all rows first how often a word
 * is there, which takes longer than the search.)
 *
 * @param words folded, in the order in which they were typed
 */
export function relevanceOf(sample: string, kind: SearchKind, words: readonly string[]): number {
  const text = sample.toLowerCase();
  const dampened = 1 + text.length / LONG;
  const frequencies = words.map((word) => {
    const count = Math.max(countOf(text, word), 1);
    return count / (count + dampened);
  });
  const frequency = frequencies.reduce((sum, one) => sum + one, 0) / Math.max(words.length, 1);
  const together = words.length > 1 && text.includes(words.join(' ')) ? TOGETHER : 0;
  return (frequency + together) * (kind === 'title' ? TITLE_WEIGHT : 1);
}

function countOf(text: string, word: string): number {
  let count = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) count += 1;
  return count;
}
