import type { TextMarkDto, VisibleTextDto } from './visible-text.dto';

/** Marks that are listed; more are counted, and all stand in the text. */
const MAX_MARKS = 500;

/** Up to eight blanks stand as they are; a longer run can push what follows out of sight. */
const HIDDEN = /\r?\n| {9,}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const ZERO_WIDTH = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/**
 * A text in which nothing is hidden: what cannot be seen, turns the direction or pushes the rest out of sight stands in words
 * between ⟨ and ⟩, and is listed with where it was.
 *
 * @param keepsLines whether line ends and tabs may stay as they are
 */
export function visibleText(original: string, keepsLines = false): VisibleTextDto {
  const marks: TextMarkDto[] = [];
  const pieces: string[] = [];
  let [shownLength, end, markCount] = [0, 0, 0];
  const push = (piece: string): void => {
    pieces.push(piece);
    shownLength += piece.length;
  };
  for (const { 0: found, index } of original.matchAll(HIDDEN)) {
    if (keepsLines && (found === '\n' || found === '\t')) continue;
    push(original.slice(end, index));
    end = index + found.length;
    const { kind, words, codes } = markOf(found);
    markCount += 1;
    if (marks.length < MAX_MARKS) {
      marks.push({ kind, codes, at: index, shownAt: shownLength, shownLength: words.length });
    }
    push(words);
  }
  push(original.slice(end));
  return { text: pieces.join(''), length: original.length, marks, markCount };
}

function markOf(found: string): { kind: TextMarkDto['kind']; words: string; codes: string[] } {
  if (found.startsWith(' ')) return { kind: 'blanks', words: ` ⟨${found.length} blanks⟩ `, codes: ['U+0020'] };
  const codes = [...found].map((character) => `U+${hexOf(character)}`);
  if (found === '\n') return { kind: 'line_end', words: '⟨line end⟩', codes };
  return { kind: kindOf(found), words: `⟨${codes.join(' ')}⟩`, codes };
}

function kindOf(character: string): TextMarkDto['kind'] {
  if (DIRECTION.test(character)) return 'direction';
  if (ZERO_WIDTH.test(character)) return 'zero_width';
  return /^\p{Zs}$/u.test(character) ? 'blanks' : 'control';
}

const hexOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
