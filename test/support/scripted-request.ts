import type { IncomingHttpHeaders } from 'node:http';

type Json = Readonly<Record<string, unknown>>;

/** A request that the scripted model got. */
export interface ScriptedRequest {
  /** Counts from 0. */
  readonly index: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Json;
  /** Chat messages, or input items of the Responses API. */
  readonly messages: readonly Json[];
  /** Text of the last message of the user. */
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
  body: Json,
): ScriptedRequest {
  const messages = objects(body.messages ?? body.input);
  const last = messages.at(-1);
  return {
    index,
    path,
    headers,
    body,
    messages,
    lastUserText: textOf(messages.findLast((message) => message.role === 'user')?.content),
    answersTool: last?.role === 'tool' || String(last?.type).endsWith('_call_output'),
    receivedAt: performance.now(),
  };
}

const objects = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return objects(content)
    .map((part) => (typeof part.text === 'string' ? part.text : ''))
    .join('');
}
