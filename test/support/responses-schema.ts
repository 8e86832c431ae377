import {
  anyObject,
  byType,
  Check,
  either,
  filledText,
  flag,
  isNull,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  whole,
} from './schema-check';

/**
 * The Responses API as https://www.openresponses.org/openapi/openapi.json (2026-04-24) has it, with the custom tools and
 * the `user` of OpenAI's own. Stricter than that: an item without a status is wrong, as the specification's words say.
 */
const itemStatus = oneOf('in_progress', 'completed', 'incomplete');
const type = (name: string): Check => oneOf(name);

const citation = object({ type: type('url_citation'), url: text, start_index: whole, end_index: whole, title: text });
const outputText = object(
  { type: type('output_text'), text, annotations: list(citation) },
  { logprobs: list(anyObject) },
);
const refusal = object({ type: type('refusal'), refusal: text });
const inputText = object({ type: type('input_text'), text });
const inputImage = object({ type: type('input_image'), image_url: orNull(text), detail: oneOf('low', 'high', 'auto') });
const inputFile = object({ type: type('input_file') }, { filename: text, file_url: text, file_data: text });
const summaryText = object({ type: type('summary_text'), text });
const reasoningText = object({ type: type('reasoning_text'), text });

const contentPart = byType({
  output_text: outputText,
  refusal,
  input_text: inputText,
  input_image: inputImage,
  input_file: inputFile,
  summary_text: summaryText,
  reasoning_text: reasoningText,
});

const common = { id: filledText, status: itemStatus };
const call = { call_id: filledText, name: filledText };
const toolOutput = either(text, list(contentPart));

const item = byType({
  message: object(
    {
      type: type('message'),
      ...common,
      role: oneOf('user', 'assistant', 'system', 'developer'),
      content: list(contentPart),
    },
    { phase: oneOf('commentary', 'final_answer') },
  ),
  function_call: object({ type: type('function_call'), ...common, ...call, arguments: text }, { namespace: text }),
  function_call_output: object({
    type: type('function_call_output'),
    ...common,
    call_id: filledText,
    output: toolOutput,
  }),
  custom_tool_call: object({ type: type('custom_tool_call'), ...common, ...call, input: text }, { namespace: text }),
  custom_tool_call_output: object({
    type: type('custom_tool_call_output'),
    ...common,
    call_id: filledText,
    output: toolOutput,
  }),
  reasoning: object(
    { type: type('reasoning'), ...common, summary: list(contentPart) },
    { content: list(contentPart), encrypted_content: text },
  ),
  compaction: object({ type: type('compaction'), ...common, encrypted_content: filledText }, { created_by: text }),
});

const tool = byType({
  function: object({
    type: type('function'),
    name: text,
    description: orNull(text),
    parameters: orNull(anyObject),
    strict: orNull(flag),
  }),
  custom: object({ type: type('custom'), name: text }, { description: text, format: anyObject }),
});

const choiceMode = oneOf('none', 'auto', 'required');
const functionChoice = object({ type: type('function'), name: text });
const customChoice = object({ type: type('custom'), name: text });
const allowedTools = object({
  type: type('allowed_tools'),
  tools: list(either(functionChoice, customChoice)),
  mode: choiceMode,
});

const textFormat = byType({
  text: object({ type: type('text') }),
  json_object: object({ type: type('json_object') }),
  json_schema: object({
    type: type('json_schema'),
    name: text,
    description: orNull(text),
    schema: orNull(anyObject),
    strict: flag,
  }),
});

const usage = object({
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: object({ cached_tokens: whole }),
  output_tokens_details: object({ reasoning_tokens: whole }),
});

const response = object(
  {
    id: filledText,
    object: oneOf('response'),
    created_at: whole,
    completed_at: orNull(whole),
    status: oneOf('in_progress', 'completed', 'incomplete', 'failed'),
    incomplete_details: orNull(object({ reason: text })),
    model: filledText,
    previous_response_id: orNull(filledText),
    instructions: orNull(text),
    output: list(item),
    error: orNull(object({ code: filledText, message: filledText })),
    tools: list(tool),
    tool_choice: either(functionChoice, customChoice, allowedTools, choiceMode),
    truncation: oneOf('auto', 'disabled'),
    parallel_tool_calls: flag,
    text: object({ format: textFormat }, { verbosity: oneOf('low', 'medium', 'high') }),
    top_p: number,
    presence_penalty: number,
    frequency_penalty: number,
    top_logprobs: whole,
    temperature: number,
    reasoning: orNull(
      object({
        effort: orNull(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh')),
        summary: orNull(oneOf('concise', 'detailed', 'auto')),
      }),
    ),
    usage: orNull(usage),
    max_output_tokens: orNull(whole),
    max_tool_calls: orNull(whole),
    store: flag,
    background: flag,
    service_tier: text,
    metadata: anyObject,
    safety_identifier: orNull(text),
    prompt_cache_key: orNull(text),
  },
  // OpenAI's client adds `output_text` to what it has read.
  { user: orNull(text), output_text: text, output_parsed: either(isNull, anyObject) },
);

const compaction = object({
  id: filledText,
  object: oneOf('response.compaction'),
  created_at: whole,
  output: list(item),
  usage,
});

const event = (name: string, fields: Readonly<Record<string, Check>>): [string, Check] => [
  name,
  object({ type: type(name), sequence_number: whole, ...fields }, { stream_id: text }),
];
const ofItem = { item_id: filledText, output_index: whole };
const ofContent = { ...ofItem, content_index: whole };
const ofSummary = { ...ofItem, summary_index: whole };
const lifecycle = ['created', 'queued', 'in_progress', 'completed', 'failed', 'incomplete'];

const errorPayload = object(
  { type: text, code: orNull(text), message: filledText, param: orNull(text) },
  { headers: anyObject },
);

const streamEvent = byType(
  Object.fromEntries([
    ...lifecycle.map((state) => event(`response.${state}`, { response })),
    event('response.output_item.added', { output_index: whole, item }),
    event('response.output_item.done', { output_index: whole, item }),
    event('response.content_part.added', { ...ofContent, part: contentPart }),
    event('response.content_part.done', { ...ofContent, part: contentPart }),
    event('response.output_text.delta', { ...ofContent, delta: text, logprobs: list(anyObject) }),
    event('response.output_text.done', { ...ofContent, text, logprobs: list(anyObject) }),
    event('response.refusal.delta', { ...ofContent, delta: text }),
    event('response.refusal.done', { ...ofContent, refusal: text }),
    event('response.reasoning_summary_part.added', { ...ofSummary, part: contentPart }),
    event('response.reasoning_summary_part.done', { ...ofSummary, part: contentPart }),
    event('response.reasoning_summary_text.delta', { ...ofSummary, delta: text }),
    event('response.reasoning_summary_text.done', { ...ofSummary, text }),
    event('response.function_call_arguments.delta', { ...ofItem, delta: text }),
    event('response.function_call_arguments.done', { ...ofItem, name: text, arguments: text }),
    event('response.custom_tool_call_input.delta', { ...ofItem, delta: text }),
    event('response.custom_tool_call_input.done', { ...ofItem, input: text }),
  ]),
);

const webSocketError = object({ type: type('error'), status: whole, error: errorPayload }, { stream_id: text });
const httpError = object({ error: errorPayload });
const itemPage = object({
  object: oneOf('list'),
  data: list(item),
  first_id: orNull(text),
  last_id: orNull(text),
  has_more: flag,
});

export const SCHEMAS = { response, compaction, streamEvent, webSocketError, httpError, itemPage } as const;

/** Everything in which a value differs from the schema; empty for one that conforms. */
export const faultsIn = (schema: keyof typeof SCHEMAS, value: unknown): string[] => SCHEMAS[schema](value, schema);
