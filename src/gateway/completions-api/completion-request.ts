import { checkFields, FieldRule, FieldRules, rule } from '../wire/field-rules';
import { checkPicture } from '../wire/input-check';
import { isObject, JsonObject, objectsOf, parseJson, textOf } from '../wire/json';
import { fieldSpans, JsonSpan } from '../wire/json-spans';
import { invalidRequest, OpenAiError } from '../wire/openai.error';
import { pictureBeginnings } from './message-scan';

/** A call of the chat completions API, checked as far as the gateway reads it. */
export interface CompletionRequest {
  /** As the client sent it, for providers with the same API. */
  readonly bytes: Buffer;
  /** All fields but the messages. */
  readonly body: JsonObject;
  /** @throws OpenAiError 400 for messages of a long request that are none: a short one is checked before. */
  readonly messages: () => readonly JsonObject[];
  /** Where its fields stand, if that is known already. */
  readonly spans?: JsonSpan[];
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Whether the client wants a last chunk with the usage. */
  readonly includeUsage: boolean;
}

/**
 * Bytes above which the messages stay unread until somebody needs them. A provider with the same API reads them
 * itself; at 300 KB reading them here is 1 ms of the 2.4 ms that the call costs (measured).
 */
const LONG_BYTES = 64 * 1024;

/** @throws OpenAiError 400 that names the field. */
export function readCompletionRequest(bytes: Buffer): CompletionRequest {
  const { body, messages, spans } = bytes.length > LONG_BYTES ? readLong(bytes) : readShort(bytes);
  checkCompletionFields(body);
  const stream = body.stream === true;
  const { stream_options: options } = body;
  const includeUsage = stream && isObject(options) && options.include_usage === true;
  return { bytes, body, messages, spans, model: textOf(body.model), stream, includeUsage };
}

type Read = Pick<CompletionRequest, 'body' | 'messages' | 'spans'>;

function readShort(bytes: Buffer): Read {
  const object = parseJson(bytes.toString());
  if (!isObject(object)) throw notJson();
  const { messages, ...body } = object;
  const checked = checkMessages(messages);
  checkPictures(checked);
  return { body, messages: () => checked };
}

function readLong(bytes: Buffer): Read {
  const spans = fieldSpans(bytes);
  if (spans === undefined) throw notJson();
  const valueOf = ({ start, end }: JsonSpan): unknown => parseJson(bytes.toString('utf8', start, end));
  const own = spans.filter(({ key }) => key !== 'messages').map((span) => [span.key, valueOf(span)] as const);
  if (own.some(([, value]) => value === undefined)) throw notJson();
  const last = spans.findLast(({ key }) => key === 'messages');
  if (last === undefined) throw missingMessages();
  for (const url of pictureBeginnings(bytes.subarray(last.start, last.end))) checkPicture(url, 'messages');
  return { body: Object.fromEntries(own), messages: () => checkMessages(valueOf(last)), spans };
}

const notJson = (): OpenAiError => invalidRequest(null, 'The body must be a JSON object.');

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const integerAboveZero: FieldRule = [
  'must be a whole number above 0',
  (value) => typeof value === 'number' && Number.isInteger(value) && value > 0,
];

const ROLES = new Set<unknown>(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const isMessages = (value: unknown): value is readonly JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every((message) => isObject(message) && ROLES.has(message.role));

const CHOICE_MODES = new Set<unknown>(['none', 'auto', 'required']);
const NAMED_CHOICES = new Set<unknown>(['function', 'custom', 'allowed_tools']);

const isTool = (tool: unknown): boolean => isObject(tool) && (isNamed(tool.function) || isNamed(tool.custom));
const isNamed = (value: unknown): boolean => isObject(value) && isText(value.name) && value.name !== '';

const FORMATS = new Set<unknown>(['text', 'json_object']);
const isFormat = (value: unknown): boolean =>
  isObject(value) && (FORMATS.has(value.type) || (value.type === 'json_schema' && isNamed(value.json_schema)));

/**
 * What the gateway checks for every provider, by https://platform.openai.com/docs/api-reference/chat/create; a field
 * that is absent or null is always right, one that is not listed is the provider's to judge.
 */
const RULES: FieldRules = {
  model: rule.text,
  n: rule.integerFrom(1, 128),
  stream: rule.flag,
  stream_options: rule.object,
  temperature: rule.numberBetween(0, 2),
  top_p: rule.numberBetween(0, 1),
  presence_penalty: rule.numberBetween(-2, 2),
  frequency_penalty: rule.numberBetween(-2, 2),
  max_tokens: integerAboveZero,
  max_completion_tokens: integerAboveZero,
  seed: ['must be a whole number', Number.isInteger],
  stop: ['must be a text or a list of texts', (value) => isText(value) || isTexts(value)],
  tools: ['must be a list of tools with names', (value) => Array.isArray(value) && value.every(isTool)],
  tool_choice: [
    'must be "none", "auto", "required" or an object that names a tool',
    (value) => CHOICE_MODES.has(value) || (isObject(value) && NAMED_CHOICES.has(value.type)),
  ],
  parallel_tool_calls: rule.flag,
  response_format: ['must have the type "text", "json_object" or "json_schema", that one with a name', isFormat],
  logprobs: rule.flag,
};

/** @throws OpenAiError 400 for the first field that is not right. */
function checkCompletionFields(body: JsonObject): void {
  checkFields(body, RULES);
  if (body.stream_options != null && body.stream !== true) {
    throw invalidRequest('stream_options', '"stream_options" is only allowed when "stream" is true.');
  }
}

/** @throws OpenAiError 400 for anything but a list of messages. */
export function checkMessages(messages: unknown): readonly JsonObject[] {
  if (messages == null) throw missingMessages();
  if (isMessages(messages)) return messages;
  throw invalidRequest('messages', '"messages" must be a list of at least one message, each with a known "role".');
}

/** @throws OpenAiError 400 `invalid_image` */
function checkPictures(messages: readonly JsonObject[]): void {
  for (const [at, { content }] of messages.entries()) {
    for (const [index, { image_url: image }] of objectsOf(content).entries()) {
      if (isObject(image)) checkPicture(image.url, `messages[${at}].content[${index}].image_url.url`);
    }
  }
}

const missingMessages = (): OpenAiError => invalidRequest('messages', '"messages" is missing.');
