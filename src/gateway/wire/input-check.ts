import { pictureMistake } from '../../common/picture';
import { checkFields, FieldRules, requireFields, rule } from './field-rules';
import { entryOf, isObject, JsonObject, objectsOf } from './json';
import { invalidRequest, OpenAiError } from './openai.error';

interface ItemRule {
  readonly required: readonly string[];
  readonly fields: FieldRules;
}

/** Of any length: local servers make long ones, which the gateway has given out. */
const CALL_ID = { call_id: rule.textOf(/^[^]+$/, 'must be a text of at least one character') };
const OUTPUT: FieldRules = {
  ...CALL_ID,
  output: ['must be a text or a list of content parts', (value) => typeof value === 'string' || Array.isArray(value)],
};

/** Items that clients send, https://www.openresponses.org/reference, ItemParam; others are passed on as they are. */
const ITEMS: Readonly<Record<string, ItemRule>> = {
  message: {
    required: ['role', 'content'],
    fields: {
      role: rule.isOneOf('user', 'assistant', 'system', 'developer'),
      content: [
        'must be a text or a list of content parts',
        (value) => typeof value === 'string' || Array.isArray(value),
      ],
      phase: rule.isOneOf('commentary', 'final_answer'),
    },
  },
  function_call: {
    required: ['call_id', 'name', 'arguments'],
    fields: {
      ...CALL_ID,
      name: rule.text,
      arguments: ['must be a text that holds JSON', (value) => typeof value === 'string'],
    },
  },
  function_call_output: { required: ['call_id', 'output'], fields: OUTPUT },
  custom_tool_call: {
    required: ['call_id', 'name', 'input'],
    fields: { ...CALL_ID, name: rule.text, input: rule.text },
  },
  custom_tool_call_output: { required: ['call_id', 'output'], fields: OUTPUT },
  reasoning: { required: ['summary'], fields: { summary: rule.list, encrypted_content: rule.text } },
  compaction: { required: ['encrypted_content'], fields: { encrypted_content: rule.text } },
  item_reference: { required: ['id'], fields: { id: rule.text } },
};

/** @throws OpenAiError 400 that names the item and its field. */
export function checkInput(items: readonly unknown[]): void {
  for (const [index, item] of items.entries()) {
    const path = `input[${index}]`;
    if (!isObject(item)) throw invalidRequest(path, `"${path}" must be an object.`);
    checkItem(item, path);
  }
}

function checkItem(item: JsonObject, path: string): void {
  const type = item.type ?? (item.role === undefined && item.id !== undefined ? 'item_reference' : 'message');
  if (typeof type !== 'string') throw invalidRequest(`${path}.type`, `"${path}.type" must be a text.`);
  const known = entryOf(ITEMS, type);
  if (known === undefined) return;
  requireFields(item, known.required, `${path}.`);
  checkFields(item, known.fields, `${path}.`);
  const parts = type === 'message' ? item.content : item.output;
  if (Array.isArray(parts)) checkParts(parts, `${path}.${type === 'message' ? 'content' : 'output'}`);
}

const PARTS: Readonly<Record<string, ItemRule>> = {
  input_text: { required: ['text'], fields: { text: rule.text } },
  output_text: { required: ['text'], fields: { text: rule.text } },
  text: { required: ['text'], fields: { text: rule.text } },
  refusal: { required: ['refusal'], fields: { refusal: rule.text } },
  input_image: {
    required: [],
    fields: { image_url: rule.text, detail: rule.isOneOf('low', 'high', 'auto', 'original') },
  },
  input_file: { required: [], fields: { filename: rule.text, file_data: rule.text, file_url: rule.text } },
  input_video: { required: ['video_url'], fields: { video_url: rule.text } },
};

function checkParts(parts: readonly unknown[], path: string): void {
  for (const [index, part] of parts.entries()) {
    const at = `${path}[${index}]`;
    if (!isObject(part)) throw invalidRequest(at, `"${at}" must be an object.`);
    requireFields(part, ['type'], `${at}.`);
    const known = typeof part.type === 'string' ? entryOf(PARTS, part.type) : undefined;
    if (known === undefined) {
      throw invalidRequest(`${at}.type`, `"${at}.type" must be one of ${Object.keys(PARTS).join(', ')}.`);
    }
    requireFields(part, known.required, `${at}.`);
    checkFields(part, known.fields, `${at}.`);
    if (part.type === 'input_image') checkPicture(part.image_url, `${at}.image_url`);
  }
}

/** The pictures alone of an input that is not held to the specification. @throws OpenAiError 400 `invalid_image` */
export function checkPictures(input: unknown): void {
  for (const [at, item] of objectsOf(input).entries()) {
    for (const field of ['content', 'output'] as const) {
      for (const [index, part] of objectsOf(item[field]).entries()) {
        if (part.type === 'input_image') checkPicture(part.image_url, `input[${at}].${field}[${index}].image_url`);
      }
    }
  }
}

/** @throws OpenAiError 400 `invalid_image` for the data URL of a picture whose bytes are not of its type. */
export function checkPicture(url: unknown, path: string): void {
  const mistake = typeof url === 'string' ? pictureMistake(url) : undefined;
  if (mistake !== undefined) throw new OpenAiError(400, 'invalid_image', `The image in "${path}" ${mistake}.`, path);
}

/** @throws OpenAiError 400 for the output of a call that is not in the conversation before it. */
export function requireCalls(items: readonly JsonObject[]): void {
  const called = new Set<unknown>();
  for (const { type, call_id } of items) {
    if (typeof type !== 'string') continue;
    if (type.endsWith('_call')) called.add(call_id);
    if (!type.endsWith('_call_output') || called.has(call_id)) continue;
    throw invalidRequest('input', `No tool call found for function call output with call_id ${String(call_id)}.`);
  }
}
