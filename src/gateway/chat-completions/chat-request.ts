import { invalidRequest } from '../errors/openai.error';
import { isObject, JsonObject, parseJson, textOf } from '../protocol/json';
import { checkChatFields } from './chat-fields';

/** A call of the chat completions API, checked as far as the gateway reads it. */
export interface ChatRequest {
  /** As the client sent it, for providers with the same API. */
  readonly bytes: Buffer;
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly messages: readonly JsonObject[];
  readonly stream: boolean;
  /** Whether the client wants a last chunk with the usage. */
  readonly includeUsage: boolean;
}

/** @throws OpenAiError 400 that names the field. */
export function readChatRequest(bytes: Buffer): ChatRequest {
  const body = parseJson(bytes.toString());
  if (!isObject(body)) throw invalidRequest(null, 'The body must be a JSON object.');
  checkChatFields(body);
  const stream = body.stream === true;
  const { stream_options: options } = body;
  return {
    bytes,
    body,
    model: textOf(body.model),
    messages: body.messages as readonly JsonObject[],
    stream,
    includeUsage: stream && isObject(options) && options.include_usage === true,
  };
}
