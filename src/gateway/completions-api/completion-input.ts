import { isObject, JsonObject, objectsOf, textOf } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';

/**
 * The messages of a completion as input items of the Responses API, from which the gateway makes the prompt of every
 * provider that is translated: one reading of histories for both APIs.
 *
 * @throws OpenAiError 400 for content that only OpenAI's own protocol can carry.
 */
export const inputItemsOf = (messages: readonly JsonObject[]): JsonObject[] => messages.flatMap(itemsOf);

function itemsOf(message: JsonObject, index: number): JsonObject[] {
  const place = `messages[${index}]`;
  const { role, content } = message;
  if (role === 'assistant') return assistantItems(message, place);
  const parts = partsOf(content, `${place}.content`);
  if (role === 'tool')
    return [{ type: 'function_call_output', call_id: textOf(message.tool_call_id) ?? '', output: parts }];
  if (role === 'function') throw invalidRequest(`${place}.role`, 'The role "function" has given way to "tool".');
  return [{ type: 'message', role, content: parts }];
}

function assistantItems(message: JsonObject, place: string): JsonObject[] {
  if (message.function_call != null) {
    throw invalidRequest(`${place}.function_call`, '"function_call" has given way to "tool_calls".');
  }
  const content = message.content == null ? [] : partsOf(message.content, `${place}.content`);
  const refusal = textOf(message.refusal);
  const said = refusal === undefined ? content : [...content, { type: 'refusal', refusal }];
  return [
    ...reasoningItems(message),
    ...(said.length > 0 ? [{ type: 'message', role: 'assistant', content: said }] : []),
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

function partsOf(content: unknown, place: string): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'input_text', text: content }];
  if (!Array.isArray(content)) throw invalidRequest(place, `"${place}" must be a text or a list of parts.`);
  return content.map((part, index) => partOf(part, `${place}[${index}]`));
}

function partOf(part: unknown, place: string): JsonObject {
  if (isObject(part)) {
    if (part.type === 'text' && textOf(part.text) !== undefined) return { type: 'input_text', text: part.text };
    if (part.type === 'refusal') return part;
    if (part.type === 'image_url') return imagePart(part.image_url, place);
    if (part.type === 'file') return filePart(part.file, place);
  }
  throw invalidRequest(place, 'This model takes parts of the types text, image_url and file.');
}

function imagePart(image: unknown, place: string): JsonObject {
  const url = isObject(image) ? textOf(image.url) : undefined;
  const isUsable = url !== undefined && (/^data:[^,]+,/.test(url) || /^https?:\/\/./.test(url));
  if (!isUsable)
    throw invalidRequest(`${place}.image_url`, 'An image needs a "url": a data URL, or one of http or https.');
  return { type: 'input_image', image_url: url, detail: isObject(image) ? image.detail : undefined };
}

function filePart(file: unknown, place: string): JsonObject {
  const data = isObject(file) ? textOf(file.file_data) : undefined;
  if (data === undefined) throw invalidRequest(`${place}.file`, 'A file needs its "file_data" here.');
  return { type: 'input_file', file_data: data };
}
