import { parseJson } from '../wire/json';
import { CallTokens, tokensOfCompletion } from '../wire/usage';

const USAGE = /"usage"\s*:\s*\{/g;

/**
 * The last usage in the text of a completion or of its end, without parsing the rest. Inside a JSON
 * text a quote has a backslash before it, so that an answer cannot speak of usage and be taken for it.
 */
export function lastUsage(text: string): CallTokens | undefined {
  const last = [...text.matchAll(USAGE)].at(-1);
  if (last === undefined) return undefined;
  const start = last.index + last[0].length - 1;
  const usage = parseJson(text.slice(start, endOfObject(text, start)));
  return tokensOfCompletion(usage);
}

/** No text in a usage object has a brace. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}
