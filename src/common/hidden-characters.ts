import { Matches } from 'class-validator';

/**
 * Characters that are not seen, or change how others are: controls, line separators, marks of direction, zero-width
 * ones. Not the joiners U+200C and U+200D, which scripts and emoji need.
 */
const HIDDEN = String.raw`\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb`;

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

/** In JSON: an escape that is to be shown, one that stays, or a character that JSON leaves as it is. */
const IN_JSON = new RegExp(`\\\\(?:(u00[01][0-9a-f]|[bfr]|n(?! {4}at ))|.)|[${HIDDEN}]`, 'g');

/**
 * A JSON document without line breaks, whose texts, once they are read, show such characters as JSON writes them:
 * `\u001b`. What others wrote can then neither begin a line nor command a terminal. The lines of stack traces stay.
 */
export const withVisibleTexts = (json: string): string =>
  json.replace(IN_JSON, (found: string, hidden?: string) => {
    if (found.startsWith('\\')) return hidden === undefined ? found : `\\${found}`;
    return `\\\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
