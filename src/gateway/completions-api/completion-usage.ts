import { isObject, JsonObject, numberOf, parseJson } from '../wire/json';
import { CallTokens } from '../accounts/metered-call';

/** The `usage` of a chat completion, in the names of the gateway. DeepSeek tells its cache hits in a field of its own. */
export function tokensOf(usage: JsonObject): CallTokens {
  const prompt = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const completion = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  return {
    input: numberOf(usage.prompt_tokens) ?? 0,
    cached: numberOf(prompt.cached_tokens) ?? numberOf(usage.prompt_cache_hit_tokens) ?? 0,
    output: numberOf(usage.completion_tokens) ?? 0,
    reasoning: numberOf(completion.reasoning_tokens) ?? 0,
  };
}

const USAGE = /"usage"\s*:\s*\{/g;

/**
 * The last usage in the text of a completion or of the end of its stream, without parsing the rest. Inside a JSON
 * text a quote has a backslash before it, so that an answer cannot speak of usage and be taken for it.
 */
export function lastUsage(text: string): CallTokens | undefined {
  const last = [...text.matchAll(USAGE)].at(-1);
  if (last === undefined) return undefined;
  const start = last.index + last[0].length - 1;
  const usage = parseJson(text.slice(start, endOfObject(text, start)));
  return isObject(usage) ? tokensOf(usage) : undefined;
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
