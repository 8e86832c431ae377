import { parseCalls } from './call-deltas';
import { isObject, JsonObject, objectsOf, without } from './json';

/**
 * A whole completion as the chunks of a stream, for a server that answers a request for a stream so; undefined for any other body.
 */
export function chunksOfCompletion(json: string): Buffer | undefined {
  const completion = parseCalls(json);
  if (!isObject(completion)) return undefined;
  const choices = objectsOf(completion.choices).filter(({ message, text }) => isObject(message) || text !== undefined);
  if (choices.length === 0) return undefined;
  const { usage } = completion;
  const head = { ...without(completion, 'choices', 'usage'), object: 'chat.completion.chunk' };
  const chunks = [
    { ...head, choices: choices.map(chunkChoice) },
    ...(isObject(usage) ? [{ ...head, choices: [], usage }] : []),
  ];
  return Buffer.from(
    [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''),
  );
}

function chunkChoice(choice: JsonObject, position: number): JsonObject {
  const { message } = choice;
  if (!isObject(message)) return { index: position, ...choice };
  const calls = objectsOf(message.tool_calls).map((call, index) => ({ index, ...call }));
  const delta = calls.length === 0 ? message : { ...message, tool_calls: calls };
  return { index: position, ...without(choice, 'message'), delta };
}
