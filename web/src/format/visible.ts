import { t } from '../languages/text';
/** A piece of a text: as it stands, or words for a character that would not be seen or would turn what is around it. */
export interface VisiblePiece {
  text: string;
  /** What the box around it says; null for text as it stands. */
  boxed: string | null;
}

/** What has no shape of its own, or turns the direction; line ends and tabs are part of every code. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const JOINER = /[\u200c\u200d]/u;
const SELECTOR = /[\ufe0e\ufe0f]/u;
const PICTURE_BEFORE = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|[0-9#*])\ufe0f?$/u;
const LETTER_BEFORE = /[\p{L}\p{M}]$/u;
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u;
const LETTER_AFTER = /^[\p{L}\p{M}]/u;
/** As many code units as the longest of what may stand before a joiner. */
const CONTEXT = 4;

/**
 * A text whose hidden characters stand in words between ⟨ and ⟩, as the service writes them. Joiners and selectors stay where
 * emoji and scripts need them.
 *
 * @param kept of one character: what stays as well
 */
export function visiblePieces(text: string, kept?: RegExp): VisiblePiece[] {
  const pieces: VisiblePiece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(HIDDEN)) {
    if (kept?.test(found) || isPartOfSign(text, found, index)) continue;
    if (index > end) pieces.push({ text: text.slice(end, index), boxed: null });
    pieces.push({ text: `⟨${codeOf(found)}⟩`, boxed: kindOf(found) });
    end = index + found.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), boxed: null });
  return pieces;
}

/** Marks of direction and soft hyphens, without which scripts cannot be written, and blanks of typography. */
const OF_PROSE = /^(?:[\u00ad\u061c\u200e\u200f]|\p{Zs})$/u;

/** The same for prose, where what its script needs stays as it is. */
export const visibleProse = (text: string): VisiblePiece[] => visiblePieces(text, OF_PROSE);

/** How many characters of a text are shown in words. */
export const countHidden = (text: string): number => visiblePieces(text).filter(({ boxed }) => boxed !== null).length;

/** The same as one string, for where nothing but text can be shown. */
export const visibleString = (text: string): string =>
  visiblePieces(text)
    .map((piece) => piece.text)
    .join('');

function isPartOfSign(text: string, found: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - CONTEXT), index);
  if (SELECTOR.test(found)) return PICTURE_BEFORE.test(before);
  if (!JOINER.test(found)) return false;
  const after = text.slice(index + found.length, index + found.length + CONTEXT);
  return (
    (PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(after)) ||
    (LETTER_BEFORE.test(before) && isScript(before, after))
  );
}

/** Latin letters are joined by nothing. */
const isScript = (before: string, after: string): boolean => LETTER_AFTER.test(after) && !/\p{sc=Latin}$/u.test(before);

function kindOf(character: string): string {
  if (DIRECTION.test(character)) return t('changes the direction of the text');
  if (/^\p{Zs}$/u.test(character)) return t('a blank of another kind');
  if (/^\p{Cc}$/u.test(character)) return t('a control character');
  return t('cannot be seen');
}

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
