import { Matches } from 'class-validator';

/**
 * What makes a line look like another than it is: control characters and breaks of lines, and the characters that embed,
 * override or isolate a direction of writing, https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing.
 */
const MISLEADING = '\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069';

const PLAIN = new RegExp(`^[^${MISLEADING}]*$`, 'u');
const EVERY = new RegExp(`[${MISLEADING}]`, 'gu');

/** For a title or a name: one line that is what it looks like. */
export const IsPlainText = (): PropertyDecorator =>
  Matches(PLAIN, { message: '$property must have no control characters, breaks of lines, or changes of direction' });

/** A text of others without what could mislead in a title. */
export const asPlainText = (text: string): string => text.replace(EVERY, '');
