import { LONG_NUMBER, parseExactly } from '../wire/exact-json';
import { isObject, JsonObject, objectsOf } from '../wire/json';
import { frameData, SseFrame, SseFrames } from '../wire/sse-frames';

const CALL = '"functionCall"';

/**
 * `fetch` for Gemini's streams with the arguments of calls as text where they have a number that a double would change: the AI
 * SDK's provider takes that as well as an object, which it reads with such numbers rounded.
 */
export const withExactNumbers =
  (send: typeof fetch): typeof fetch =>
  async (input, init) => {
    const answer = await send(input, init);
    const frames = new SseFrames();
    const exact = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, out) => {
        for (const frame of frames.push(chunk)) out.enqueue(exactFrame(frame));
      },
      flush: (out) => {
        const rest = frames.takeRest();
        if (rest.length > 0) out.enqueue(rest);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body?.pipeThrough(exact), { status, statusText, headers });
  };

function exactFrame(frame: SseFrame): Uint8Array {
  if (!frame.bytes.includes(CALL)) return frame.bytes;
  const data = frameData(frame);
  const event = LONG_NUMBER.test(data) ? parseExactly(data) : undefined;
  if (!isObject(event)) return frame.bytes;
  const candidates = objectsOf(event.candidates).map(withTexts);
  return Buffer.from(`data: ${JSON.stringify({ ...event, candidates })}\n\n`);
}

function withTexts(candidate: JsonObject): JsonObject {
  const { content } = candidate;
  if (!isObject(content)) return candidate;
  return { ...candidate, content: { ...content, parts: objectsOf(content.parts).map(withText) } };
}

function withText(part: JsonObject): JsonObject {
  const { functionCall: call } = part;
  if (!isObject(call) || !isObject(call.args)) return part;
  return { ...part, functionCall: { ...call, args: JSON.stringify(call.args) } };
}
