import { ARGUMENT_OBJECT, callsWithText, parseCalls } from '../wire/call-deltas';
import { endedWith, usualReason } from '../wire/finish-reason';
import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { TextOrThought, ThoughtText } from '../wire/thought-text';
import { errorIn } from '../wire/provider-answer';
import { upstreamErrorInBody, upstreamErrorInstead } from '../wire/upstream-failure';
import { usualUsage } from '../wire/usage';
import { usualMessage } from '../wire/usual-message';

/**
 * Marks of what clients stumble over: thoughts in the text, content in parts, arguments as an object, halves of characters, an error,
 * no answer, a reason or a usage in other words.
 */
const UNUSUAL = new RegExp(
  [
    '"content" ?: ?(?:"(?:\\\\[nrt]|\\s)*<think>|[^"n\\s])|\\\\u[dD][89a-fA-F]|"error" ?: ?["{]|"function_call" ?: ?\\{',
    '"choices" ?: ?(?:null|\\[\\s*\\])|"finish_reason" ?: ?"(?!(?:stop|length|tool_calls|content_filter)")',
    '"(?:input|output)_tokens"|"(?:prompt|completion)_tokens" ?: ?[^\\d\\s]',
  ].join('|'),
);

/**
 * A provider's complete answer as OpenAI documents it; the same bytes where it is.
 *
 * @throws UpstreamError that stands in it.
 */
export function wholeCompletion(bytes: Buffer): Buffer | string {
  const text = bytes.toString();
  if (!UNUSUAL.test(text) && !ARGUMENT_OBJECT.test(text)) return bytes;
  const completion = parseCalls(text);
  if (!isObject(completion)) return bytes;
  const error = errorIn(completion);
  if (error !== undefined) throw upstreamErrorInBody(error);
  const choices = objectsOf(completion.choices).map((choice) => wholeChoice(withUsualReason(choice)));
  if (choices.length === 0) throw upstreamErrorInstead('chat completion', completion);
  const { usage } = completion;
  return JSON.stringify({ ...completion, choices, ...(isObject(usage) ? { usage: usualUsage(usage) } : {}) });
}

/** @throws UpstreamError for half an answer. */
function withUsualReason(choice: JsonObject): JsonObject {
  const { finish_reason: own, error } = choice;
  if (typeof own !== 'string') return choice;
  const finish_reason = usualReason(own);
  if (finish_reason === 'failed') throw upstreamErrorInBody(isObject(error) ? error : { message: endedWith(own) });
  return { ...choice, finish_reason };
}

const wholeChoice = (choice: JsonObject): JsonObject =>
  isObject(choice.message) ? { ...choice, message: wholeMessage(usualMessage(choice.message)) } : choice;

function wholeMessage(message: JsonObject): JsonObject {
  const { content, tool_calls: calls, reasoning_content: given } = message;
  const pieces = piecesOf(textOf(content) ?? '');
  const thought = pieces.map(({ kind, text }) => (kind === 'thought' ? text : '')).join('');
  const text = pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
  return {
    ...message,
    ...(typeof content === 'string' ? { content: text.toWellFormed() } : {}),
    ...(thought === '' ? {} : { reasoning_content: (textOf(given) ?? '') + thought.toWellFormed() }),
    ...(Array.isArray(calls) ? { tool_calls: callsWithText(objectsOf(calls)) } : {}),
  };
}

function piecesOf(content: string): TextOrThought[] {
  const thoughts = new ThoughtText();
  return [...thoughts.push(content), ...thoughts.end()];
}
