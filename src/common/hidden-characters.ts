import { Matches } from 'class-validator';

/**
 * Characters that are not seen, or change how others are: controls, line separators, marks of direction, zero-width
 * ones. Not the joiners U+200C and U+200D, which scripts and emoji need. For a class of a regular expression.
 */
export const HIDDEN = String.raw`\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb`;

/** A name or title: one line, all of which is seen. */
export const IsVisible = (): PropertyDecorator =>
  Matches(new RegExp(`^[^${HIDDEN}]*$`), {
    message: '$property must be one line without control, direction or zero-width characters',
  });

const BLANKS = /\s+/g;
const ALL_HIDDEN = new RegExp(`[${HIDDEN}]`, 'g');

/** A text as one line, all of which is seen. */
export const visibleLine = (text: string): string =>
  text.replace(BLANKS, ' ').replace(ALL_HIDDEN, '').replace(BLANKS, ' ').trim();
