import { ARGUMENT_OBJECT, callsWithText, parseCalls } from '../wire/call-deltas';
import { FinishReasons } from '../wire/choice-repair';
import { endedWith } from '../wire/completion-chunks';
import { entryOf, isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { TextOrThought, ThoughtText } from '../wire/thought-text';
import { errorIn } from '../wire/provider-answer';
import { upstreamErrorInBody } from '../wire/upstream-failure';

/** Marks of what clients stumble over: thoughts in the text, arguments as an object, halves of characters, an error. */
const UNUSUAL = /"content" ?: ?"(?:\\[nrt]|\s)*<think>|\\u[dD][89a-fA-F]|"error" ?: ?["{]/;

/**
 * A provider's complete answer as OpenAI documents it; the same bytes where it is.
 *
 * @param reasons the provider's own for the end of an answer.
 * @throws UpstreamError that stands in it.
 */
export function wholeCompletion(bytes: Buffer, reasons: FinishReasons = {}): Buffer | string {
  const text = bytes.toString();
  const hasOwnReason = Object.keys(reasons).some((reason) => text.includes(`"${reason}"`));
  if (!hasOwnReason && !UNUSUAL.test(text) && !ARGUMENT_OBJECT.test(text)) return bytes;
  const completion = parseCalls(text);
  if (!isObject(completion)) return bytes;
  const error = errorIn(completion);
  if (error !== undefined) throw upstreamErrorInBody(error);
  const choices = objectsOf(completion.choices).map((choice) => wholeChoice(withUsualReason(choice, reasons)));
  return JSON.stringify({ ...completion, choices });
}

function withUsualReason(choice: JsonObject, reasons: FinishReasons): JsonObject {
  const own = textOf(choice.finish_reason);
  const reason = own === undefined ? undefined : entryOf(reasons, own);
  if (reason === undefined) return choice;
  if (reason === 'failed') throw upstreamErrorInBody({ message: endedWith(own) });
  return { ...choice, finish_reason: reason };
}

const wholeChoice = (choice: JsonObject): JsonObject =>
  isObject(choice.message) ? { ...choice, message: wholeMessage(choice.message) } : choice;

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
