/**
 * What a tool has given, as text for a person: of parts of codex (`inputText`, `inputImage`) and of results of MCP servers (`content`) the texts,
 * a line or more each, and a word for each picture; anything else as JSON. Empty for nothing.
 */
export function toolText(given: unknown): string {
  if (given === null || given === undefined) return '';
  if (typeof given === 'string') return given;
  const parts = Array.isArray(given) ? (given as unknown[]) : fieldsOf(given).content;
  const texts = Array.isArray(parts) ? parts.map(partText) : [];
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts.join('\n') : JSON.stringify(given);
}

/** Undefined for what is no part that is known. */
function partText(part: unknown): string | undefined {
  const { type, text } = fieldsOf(part);
  if ((type === 'text' || type === 'inputText') && typeof text === 'string') return text;
  return type === 'image' || type === 'inputImage' ? '[picture]' : undefined;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
