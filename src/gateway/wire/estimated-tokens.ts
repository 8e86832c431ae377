/** What most tokenizers need for text in Latin letters, and for one sign of any other script. */
const LATIN_CHARACTERS_PER_TOKEN = 4;
/** Of Latin Extended-B. */
const LAST_LATIN = 0x24f;
/** About what a picture of common size costs with the vendors that say so. */
const PICTURE_TOKENS = 1_000;
/** Of each object: role, separators, names of fields. */
const OBJECT_TOKENS = 3;

const DATA_URL = /^data:[^,]{1,200},/;
/** `encrypted_content`, ids and types are nothing that a model reads as text. */
const UNREAD = new Set(['encrypted_content', 'id', 'call_id', 'type', 'status']);

/**
 * About how many tokens a request's values are for a model whose tokenizer is not known: within a third for prose and code
 * in English. A picture counts as one, however many bytes it has.
 */
export function estimatedTokens(value: unknown): number {
  if (typeof value === 'string') return tokensOfText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + estimatedTokens(entry), 0);
  const read = Object.entries(value).filter(([name]) => !UNREAD.has(name));
  return read.reduce((sum, [, field]) => sum + estimatedTokens(field), OBJECT_TOKENS);
}

function tokensOfText(text: string): number {
  if (DATA_URL.test(text)) return PICTURE_TOKENS;
  let others = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > LAST_LATIN) others++;
  return others + Math.ceil((text.length - others) / LATIN_CHARACTERS_PER_TOKEN);
}
