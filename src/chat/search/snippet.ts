import { matches, SearchTerm, SearchWord, wordsOf } from '../../database/search/search-words';

/** A piece of a text. */
export interface SnippetPart {
  readonly text: string;
  /** One of the words that were looked for. */
  readonly isMatch: boolean;
}

/** Characters of a snippet, beside what is added so that no word is cut. */
const LENGTH = 180;
/** Of those, before the first match. */
const LEAD = 50;
/** A text is not looked through any further. */
const MAX_CHARACTERS = 200_000;
/** How far a place to cut is looked for. */
const MAX_WORD = 24;

/** The part of a text around its first match, on one line, in pieces: those that match, and those between them. */
export function snippetOf(text: string, terms: readonly SearchTerm[]): SnippetPart[] {
  const found = firstMatches(text, terms);
  const first = found[0]?.start ?? 0;
  const from = text.length <= LENGTH ? 0 : wordStart(text, Math.max(0, Math.min(first - LEAD, text.length - LENGTH)));
  const to = wordEnd(text, from + LENGTH);
  const parts: SnippetPart[] = from > 0 ? [{ text: '…', isMatch: false }] : [];
  let at = from;
  for (const { start, end } of found) {
    if (start < at || start >= to) continue;
    parts.push({ text: text.slice(at, start), isMatch: false }, { text: text.slice(start, end), isMatch: true });
    at = end;
  }
  if (at < to) parts.push({ text: text.slice(at, to), isMatch: false });
  if (to < text.length) parts.push({ text: '…', isMatch: false });
  return parts.map((part) => ({ ...part, text: part.text.replace(/\s+/g, ' ') })).filter((part) => part.text !== '');
}

/** The matches from the first on, as far as a snippet reaches; those that overlap are one. */
function firstMatches(text: string, terms: readonly SearchTerm[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const word of wordsOf(text.slice(0, MAX_CHARACTERS))) {
    const first = found[0];
    if (first !== undefined && word.start > first.start + LENGTH) break;
    const end = endOfMatch(word, terms);
    if (end === undefined) continue;
    const last = found.at(-1);
    if (last !== undefined && word.start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start: word.start, end });
  }
  return found;
}

/** Of a pair of characters that begins as it should, only the first is what was looked for. */
function endOfMatch({ word, start, end, isSpaced }: SearchWord, terms: readonly SearchTerm[]): number | undefined {
  const term = terms.find((one) => matches(word, one));
  if (term === undefined) return undefined;
  return isSpaced || term.word === word ? end : start + term.word.length;
}

function wordStart(text: string, at: number): number {
  for (let start = at; start > Math.max(0, at - MAX_WORD); start -= 1)
    if (/\s/.test(text[start - 1] ?? ' ')) return start;
  return isInPair(text, at) ? at - 1 : at;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  for (let end = at; end < Math.min(text.length, at + MAX_WORD); end += 1) if (/\s/.test(text[end] ?? ' ')) return end;
  return isInPair(text, at) ? at + 1 : at;
}

/** Between the two halves of a character such as an emoji. */
const isInPair = (text: string, at: number): boolean => /^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1));
