/** A word of a text that is being written, which something is offered for. */
export interface Completion {
  kind: 'command' | 'file';
  /** What was written of it, without its first character. */
  query: string;
  /** Where the word begins. */
  start: number;
}

/** A name is no longer than this; what is longer is not looked for. */
const MAX_QUERY = 200;

/** The word before the caret, where it is a command at the beginning of the text, or a file that is mentioned. */
export function completionAt(text: string, caret: number): Completion | null {
  const before = text.slice(0, caret);
  const [, query] = /(?:^|\s)[@/]([^\s@]*)$/.exec(before) ?? [];
  if (query === undefined || query.length > MAX_QUERY) return null;
  const start = caret - query.length - 1;
  if (text[start] === '@') return query === '' ? null : { kind: 'file', query, start };
  return start === 0 ? { kind: 'command', query, start } : null;
}

/** The text with the word completed, and where the caret is then. */
export function completed(
  text: string,
  caret: number,
  { start }: Completion,
  by: string,
): { text: string; caret: number } {
  const rest = text.slice(caret);
  const word = rest.startsWith(' ') ? by : `${by} `;
  return { text: text.slice(0, start) + word + rest, caret: start + by.length + 1 };
}

/** A path as a message mentions it: told from the words around it, whatever is in it. */
export const mentionOf = (path: string): string => (path.includes('`') ? JSON.stringify(path) : `\`${path}\``);
