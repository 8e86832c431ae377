import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { isObject, JsonObject, numberOf, objectsOf, textOf } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';
import { ResponsesRequest } from '../wire/responses-request';
import { CompletionRequest } from './completion-request';

/**
 * The same request in the terms of the Responses API, which the translation of the gateway starts from.
 *
 * @throws OpenAiError 400 for what cannot be translated.
 */
export function asResponsesRequest({ body, model, messages, stream }: CompletionRequest): ResponsesRequest {
  const input = inputItemsOf(messages());
  return {
    body: { reasoning: { effort: body.reasoning_effort } },
    ...{ model, stream, instructions: undefined, input },
    tools: objectsOf(body.tools).map(flatTool),
    toolChoice: toolChoiceOf(body.tool_choice),
    parallelToolCalls: body.parallel_tool_calls !== false,
    maxOutputTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    temperature: numberOf(body.temperature),
    topP: numberOf(body.top_p),
    presencePenalty: numberOf(body.presence_penalty),
    frequencyPenalty: numberOf(body.frequency_penalty),
    format: formatOf(body.response_format),
  };
}

/** What the Responses API has no fields for. */
export const samplingOf = (body: JsonObject): Partial<LanguageModelV4CallOptions> => ({
  stopSequences: stopOf(body.stop),
  seed: numberOf(body.seed),
});

function stopOf(stop: unknown): string[] | undefined {
  if (typeof stop === 'string') return [stop];
  return Array.isArray(stop) ? stop.flatMap((text: unknown) => textOf(text) ?? []) : undefined;
}

/** A function or custom tool with its fields at the top, as the Responses API has them. */
function flatTool(tool: JsonObject): JsonObject {
  if (isObject(tool.custom)) return { type: 'custom', ...tool.custom, format: grammarOf(tool.custom.format) };
  return { type: 'function', ...(isObject(tool.function) ? tool.function : {}) };
}

const grammarOf = (format: unknown): unknown =>
  isObject(format) && isObject(format.grammar) ? { type: 'grammar', ...format.grammar } : format;

function toolChoiceOf(choice: unknown): unknown {
  if (!isObject(choice)) return choice;
  if (choice.type !== 'allowed_tools' || !isObject(choice.allowed_tools)) return flatTool(choice);
  const { mode, tools } = choice.allowed_tools;
  return { type: 'allowed_tools', mode, tools: objectsOf(tools).map(flatTool) };
}

function formatOf(format: unknown): JsonObject | undefined {
  if (!isObject(format)) return undefined;
  if (format.type === 'json_schema' && isObject(format.json_schema))
    return { type: 'json_schema', ...format.json_schema };
  return format.type === 'json_object' ? { type: 'json_object' } : undefined;
}

/**
 * The messages of a completion as input items of the Responses API, from which the gateway makes the prompt of every
 * provider that is translated: one reading of histories for both APIs.
 *
 * @throws OpenAiError 400 for content that only OpenAI's own protocol can carry.
 */
const inputItemsOf = (messages: readonly JsonObject[]): JsonObject[] => messages.flatMap(itemsOf);

function itemsOf(message: JsonObject, index: number): JsonObject[] {
  const path = `messages[${index}]`;
  const { role, content } = message;
  if (role === 'assistant') return assistantItems(message, path);
  const parts = partsOf(content, `${path}.content`);
  if (role === 'tool')
    return [{ type: 'function_call_output', call_id: textOf(message.tool_call_id) ?? '', output: parts }];
  if (role === 'function') throw invalidRequest(`${path}.role`, 'The role "function" has given way to "tool".');
  return [{ type: 'message', role, content: parts }];
}

function assistantItems(message: JsonObject, path: string): JsonObject[] {
  if (message.function_call != null) {
    throw invalidRequest(`${path}.function_call`, '"function_call" has given way to "tool_calls".');
  }
  const content = message.content == null ? [] : partsOf(message.content, `${path}.content`);
  const refusal = textOf(message.refusal);
  const parts = refusal === undefined ? content : [...content, { type: 'refusal', refusal }];
  return [
    ...reasoningItems(message),
    ...(parts.length > 0 ? [{ type: 'message', role: 'assistant', content: parts }] : []),
    ...objectsOf(message.tool_calls).map(callItem),
  ];
}

/** What `reasoning_details` brought back; the text belongs to the first envelope. */
function reasoningItems(message: JsonObject): JsonObject[] {
  const text = textOf(message.reasoning_content) ?? textOf(message.reasoning) ?? '';
  return objectsOf(message.reasoning_details).map(({ data }, index) => ({
    type: 'reasoning',
    encrypted_content: data,
    summary: index === 0 && text !== '' ? [{ type: 'summary_text', text }] : [],
  }));
}

function callItem({ id, function: called, custom }: JsonObject): JsonObject {
  if (isObject(custom)) return { type: 'custom_tool_call', call_id: id, name: custom.name, input: custom.input };
  const { name, arguments: input } = isObject(called) ? called : { name: '', arguments: '' };
  return { type: 'function_call', call_id: id, name, arguments: input };
}

function partsOf(content: unknown, path: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'input_text', text: content }];
  if (!Array.isArray(content)) throw invalidRequest(path, `"${path}" must be a text or a list of parts.`);
  return content.map((part, index) => partOf(part, `${path}[${index}]`));
}

function partOf(part: unknown, path: string): JsonObject {
  if (isObject(part)) {
    if (part.type === 'text' && textOf(part.text) !== undefined) return { type: 'input_text', text: part.text };
    if (part.type === 'refusal') return part;
    if (part.type === 'image_url') return imagePart(part.image_url, path);
    if (part.type === 'file') return filePart(part.file, path);
  }
  throw invalidRequest(path, 'This model takes parts of the types text, image_url and file.');
}

function imagePart(image: unknown, path: string): JsonObject {
  const url = isObject(image) ? textOf(image.url) : undefined;
  const isUsable = url !== undefined && (/^data:[^,]+,/.test(url) || /^https?:\/\/./.test(url));
  if (!isUsable)
    throw invalidRequest(`${path}.image_url`, 'An image needs a "url": a data URL, or one of http or https.');
  return { type: 'input_image', image_url: url, detail: isObject(image) ? image.detail : undefined };
}

function filePart(file: unknown, path: string): JsonObject {
  const data = isObject(file) ? textOf(file.file_data) : undefined;
  if (data === undefined) throw invalidRequest(`${path}.file`, 'A file needs its "file_data" here.');
  return { type: 'input_file', file_data: data };
}
