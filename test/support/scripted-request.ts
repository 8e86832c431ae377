import type { IncomingHttpHeaders } from 'node:http';

type Json = Readonly<Record<string, unknown>>;

/** A request that the scripted model got. */
export interface ScriptedRequest {
  /** Counts from 0. */
  readonly index: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  /** The body as it came, for what JSON loses: the digits of big numbers. */
  readonly raw: string;
  /** Chat messages, or input items of the Responses API. */
  readonly messages: readonly Json[];
  /** What the user said last: the gateway may have joined it to what stood before it. */
  readonly lastUserText: string;
  /** Whether a tool's output is the last message: the second round of a turn. */
  readonly answersTool: boolean;
  readonly receivedAt: number;
  /** When the client left before the answer's end; undefined while it has not. */
  abandonedAt?: number;
}

export function scriptedRequest(
  index: number,
  path: string,
  headers: IncomingHttpHeaders,
  raw: string,
): ScriptedRequest {
  const body = (raw === '' ? {} : JSON.parse(raw)) as Json;
  const messages = objects(body.messages ?? body.input ?? body.contents);
  const last = messages.at(-1);
  return {
    index,
    path,
    headers,
    body,
    raw,
    messages,
    lastUserText: lastTextOf(contentOf(messages.findLast((message) => message.role === 'user'))),
    answersTool: last?.role === 'tool' || String(last?.type).endsWith('_call_output') || hasToolResult(last),
    receivedAt: performance.now(),
  };
}

const objects = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Gemini calls it `parts`. */
const contentOf = (message: Json | undefined): unknown => message?.content ?? message?.parts;

/** Anthropic and Gemini put a tool's output into a message of the user. */
const hasToolResult = (message: Json | undefined): boolean =>
  objects(contentOf(message)).some((part) => part.type === 'tool_result' || part.functionResponse !== undefined);

/** The last of the texts of a message that may be several, joined as parts or by a blank line. */
function lastTextOf(content: unknown): string {
  const texts = objects(content).filter(({ text }) => typeof text === 'string');
  return (
    textOf(texts.length > 0 ? texts.slice(-1) : content)
      .split('\n\n')
      .at(-1) ?? ''
  );
}

/** The text of a message's content, of its parts too. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objects(content)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('');
}
