import { HIDDEN } from './hidden-characters';

/** What commands a terminal, begins a line or turns the direction of a text: texts of users and providers have it. */
const UNSEEN = new RegExp(`[${HIDDEN}]`, 'g');

const escaped = (text: string): string =>
  text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A line of JSON with all of them escaped, as JSON escapes them: whoever parses it gets the same texts. */
export const escapedJsonLine = (line: string): string => {
  const end = line.endsWith('\n') ? '\n' : '';
  return escaped(end === '' ? line : line.slice(0, -1)) + end;
};

/** The same for a log that shows its texts as they are: the escapes are in the texts. */
export const escapedForText = (line: string): string => JSON.stringify(JSON.parse(line), escapedField) + '\n';

/** Only the lines of a stack stay lines. */
const ANOTHER_FRAME = /\n(?= +at )/;

function escapedField(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return name === 'stack' ? value.split(ANOTHER_FRAME).map(escaped).join('\n') : escaped(value);
}
