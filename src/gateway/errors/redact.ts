/** Forms in which providers repeat a key in their messages. */
const KEY_PATTERN = /\b(?:sk|pk|gsk|xai)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|\bBearer [\w.-]{8,}/g;

/** The text without the given key and without anything else that looks like one. */
export function redactKeys(text: string, key: string | undefined): string {
  const known = key === undefined || key === '' ? text : text.replaceAll(key, '[key]');
  return known.replace(KEY_PATTERN, '[key]');
}
