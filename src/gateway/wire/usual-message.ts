import { isObject, JsonObject, objectsOf, textOf, without } from './json';

/**
 * A message or a delta of a completion with the fields that OpenAI's clients read, the same object where it has no others:
 * a text for content that comes in parts (Mistral) or as a number, its thoughts apart, and the one call of the API before
 * `tool_calls` among those.
 *
 * @param splitsThoughts whether parts that are thoughts go into a field of their own; Mistral's part of the AI SDK reads them where they are
 */
export function usualMessage(message: JsonObject, splitsThoughts = true): JsonObject {
  const { content, function_call: call } = message;
  const isUsual = content == null || typeof content === 'string' || (!splitsThoughts && hasThoughts(content));
  const withText = isUsual ? message : withTextOf(message, content);
  if (!isObject(call) || Array.isArray(message.tool_calls)) return withText;
  return { ...without(withText, 'function_call'), tool_calls: [{ index: 0, type: 'function', function: call }] };
}

const hasThoughts = (content: unknown): boolean => objectsOf(content).some(({ type }) => type === 'thinking');

function withTextOf(message: JsonObject, content: unknown): JsonObject {
  const thoughts = (textOf(message.reasoning_content) ?? '') + objectsOf(content).map(thoughtIn).join('');
  return { ...message, content: textIn(content), ...(thoughts === '' ? {} : { reasoning_content: thoughts }) };
}

function textIn(content: unknown): string {
  if (!Array.isArray(content)) return isObject(content) ? (textOf(content.text) ?? '') : String(content);
  const parts = content as readonly unknown[];
  return parts.map((part) => textOf(part) ?? (isObject(part) ? (textOf(part.text) ?? '') : '')).join('');
}

/** Mistral has a part of parts for them. */
function thoughtIn({ type, thinking }: JsonObject): string {
  if (type !== 'thinking') return '';
  return (
    textOf(thinking) ??
    objectsOf(thinking)
      .map(({ text }) => textOf(text) ?? '')
      .join('')
  );
}
