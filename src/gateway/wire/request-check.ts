import { checkFields, FieldRules, requireFields, rule } from './field-rules';
import { checkInput } from './input-check';
import { isObject, JsonObject, objectsOf } from './json';
import { invalidRequest, OpenAiError } from './openai.error';

/** Fields of https://www.openresponses.org/reference, CreateResponseBody. */
const RULES: FieldRules = {
  model: rule.text,
  previous_response_id: rule.text,
  instructions: rule.text,
  include: rule.list,
  tools: rule.list,
  temperature: rule.numberBetween(0, 2),
  top_p: rule.numberBetween(0, 1),
  presence_penalty: rule.numberBetween(-2, 2),
  frequency_penalty: rule.numberBetween(-2, 2),
  top_logprobs: rule.integerFrom(0, 20),
  parallel_tool_calls: rule.flag,
  stream: rule.flag,
  stream_options: rule.object,
  background: rule.flag,
  store: rule.flag,
  max_output_tokens: rule.integerFrom(16),
  max_tool_calls: rule.integerFrom(1),
  safety_identifier: rule.textUpTo(64),
  prompt_cache_key: rule.textUpTo(64),
  user: rule.text,
  truncation: rule.isOneOf('auto', 'disabled'),
  service_tier: rule.isOneOf('auto', 'default', 'flex', 'priority', 'scale', 'fast'),
  metadata: rule.object,
  text: rule.object,
  reasoning: rule.object,
};

const REASONING: FieldRules = {
  effort: rule.isOneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  summary: rule.isOneOf('auto', 'concise', 'detailed'),
};

/** What OpenAI offers and the gateway cannot do: refused rather than left out in silence. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  conversation: 'use previous_response_id',
  prompt: 'send its text as input',
  background: 'ask without it',
  context_management: 'use POST /v1/responses/compact',
};

/**
 * The strict check of a request from outside the service.
 *
 * @throws OpenAiError 400 that names the field.
 */
export function checkResponsesRequest(body: JsonObject): void {
  checkFields(body, RULES);
  for (const [name, instead] of Object.entries(UNSUPPORTED)) {
    if (body[name] == null || body[name] === false) continue;
    throw new OpenAiError(400, 'unsupported_parameter', `"${name}" is not supported here; ${instead}.`, name);
  }
  checkMetadata(body.metadata);
  if (isObject(body.reasoning)) checkFields(body.reasoning, REASONING, 'reasoning.');
  if (isObject(body.text)) checkText(body.text);
  if (Array.isArray(body.input)) checkInput(body.input);
  checkTools(objectsOf(body.tools), body.tool_choice);
}

const MAX_METADATA = { pairs: 16, keyLength: 64, valueLength: 512 };

function checkMetadata(metadata: unknown): void {
  const pairs = isObject(metadata) ? Object.entries(metadata) : [];
  if (pairs.length > MAX_METADATA.pairs) {
    throw invalidRequest('metadata', `"metadata" must have at most ${MAX_METADATA.pairs} entries.`);
  }
  for (const [key, value] of pairs) {
    if (key.length > MAX_METADATA.keyLength) {
      throw invalidRequest('metadata', `Keys of "metadata" must have at most ${MAX_METADATA.keyLength} characters.`);
    }
    if (typeof value === 'string' && value.length <= MAX_METADATA.valueLength) continue;
    throw invalidRequest(
      `metadata.${key}`,
      `"metadata.${key}" must be a text of at most ${MAX_METADATA.valueLength} characters.`,
    );
  }
}

const TEXT: FieldRules = { verbosity: rule.isOneOf('low', 'medium', 'high'), format: rule.object };
const FORMAT: FieldRules = { type: rule.isOneOf('text', 'json_object', 'json_schema') };
const JSON_SCHEMA: FieldRules = {
  name: rule.textOf(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"'),
  schema: rule.object,
  description: rule.text,
  strict: rule.flag,
};

function checkText(text: JsonObject): void {
  checkFields(text, TEXT, 'text.');
  const { format } = text;
  if (!isObject(format)) return;
  requireFields(format, ['type'], 'text.format.');
  checkFields(format, FORMAT, 'text.format.');
  if (format.type !== 'json_schema') return;
  requireFields(format, ['name', 'schema'], 'text.format.');
  checkFields(format, JSON_SCHEMA, 'text.format.');
}

const NAME = rule.textOf(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"');
const TOOL: FieldRules = { type: rule.text };
const FUNCTION: FieldRules = { name: NAME, description: rule.text, parameters: rule.object, strict: rule.flag };
const CUSTOM: FieldRules = { name: NAME, description: rule.text, format: rule.object };

/** @throws OpenAiError 400 for a tool without its fields, and for a choice of a tool that is not offered. */
function checkTools(tools: readonly JsonObject[], choice: unknown): void {
  for (const [index, tool] of tools.entries()) {
    const path = `tools[${index}].`;
    requireFields(tool, ['type'], path);
    checkFields(tool, TOOL, path);
    if (tool.type === 'function' || tool.type === 'custom') {
      requireFields(tool, ['name'], path);
      checkFields(tool, tool.type === 'function' ? FUNCTION : CUSTOM, path);
    }
  }
  checkChoice(choice, tools);
}

const MODES: readonly unknown[] = ['none', 'auto', 'required'];

function checkChoice(choice: unknown, tools: readonly JsonObject[]): void {
  if (choice == null || MODES.includes(choice)) return;
  if (!isObject(choice) || typeof choice.type !== 'string') {
    throw invalidRequest('tool_choice', '"tool_choice" must be "none", "auto", "required" or an object with a type.');
  }
  if (choice.type === 'allowed_tools') {
    if (!Array.isArray(choice.tools) || choice.tools.length === 0) {
      throw invalidRequest('tool_choice.tools', '"tool_choice.tools" must be a list of at least one tool.');
    }
    checkFields(choice, { mode: rule.isOneOf('none', 'auto', 'required') }, 'tool_choice.');
    for (const allowed of objectsOf(choice.tools)) requireOffered(allowed, tools, 'tool_choice.tools');
  } else requireOffered(choice, tools, 'tool_choice');
}

function requireOffered(wanted: JsonObject, tools: readonly JsonObject[], param: string): void {
  if (wanted.type !== 'function' && wanted.type !== 'custom') return;
  const isOffered = allTools(tools).some(({ type, name }) => type === wanted.type && name === wanted.name);
  if (isOffered) return;
  throw invalidRequest(param, `Tool choice '${String(wanted.name)}' not found in 'tools' parameter.`);
}

const allTools = (tools: readonly JsonObject[]): JsonObject[] =>
  tools.flatMap((tool) => (tool.type === 'namespace' ? objectsOf(tool.tools) : tool));
