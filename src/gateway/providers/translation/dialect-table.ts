import { entryOf } from '../../wire/json';
import { CallIdForm, Dialect, Treatment } from './dialect';

// docs/dialects.md is written from this table: `npm run docs:dialects`.

const ANY_UP_TO_64: CallIdForm = {
  ...{ pattern: /^[^]{1,64}$/, words: 'any, up to 64 characters' },
  ...{ prefix: 'call_', digits: 24 },
};
const TOKEN_UP_TO_64: CallIdForm = {
  ...{ pattern: /^[a-zA-Z0-9_-]{1,64}$/, words: 'letters, digits, `_`, `-`, up to 64' },
  ...{ prefix: 'call_', digits: 24 },
};
const NINE_LETTERS: CallIdForm = {
  ...{ pattern: /^[a-zA-Z0-9]{9}$/, words: 'nine letters or digits' },
  ...{ prefix: '', digits: 9 },
};

const treated = (treatment: Treatment, ...names: readonly string[]): Record<string, Treatment> =>
  Object.fromEntries(names.map((name) => [name, treatment]));
const leftOut = (...names: readonly string[]) => treated('left out', ...names);
const refused = (...names: readonly string[]) => treated('refused', ...names);

/** What is for OpenAI's books and caches alone. */
const BOOKS = ['store', 'service_tier', 'safety_identifier', 'prompt_cache_retention', 'verbosity'];
const OLD_CALLS = ['functions', 'function_call'];

/** All that OpenAI's own API takes. */
const OPENAI: Dialect = {
  source: 'https://platform.openai.com/docs/api-reference',
  ...{ fields: {}, developerRole: 'developer', oneCallAtATime: true, jsonObject: true },
  ...{ pictures: 'bytes or address', documents: true },
  ...{ rolesAlternate: false, beginsWithUser: false, userAfterTool: true, callIds: ANY_UP_TO_64 },
  ...{ blankText: true, argumentText: true, thoughtsBesideCalls: false },
  thinksInText: false,
};

/** Any model may stand behind these, with its own chat template. */
const TEMPLATED: Dialect = {
  ...{ ...OPENAI, rolesAlternate: true, beginsWithUser: true, thinksInText: true },
  sdk: { key: 'openaiCompatible', oneCall: { parallel_tool_calls: false }, strictSchema: 'strictJsonSchema' },
};

/** A provider of another protocol is asked by translation; what that cannot carry is refused. */
const TRANSLATED: Dialect = {
  ...{ ...OPENAI, beginsWithUser: true, argumentText: false, developerRole: 'system' },
  fields: refused('n', 'logprobs', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
};

const CLAUDE: Dialect = {
  ...{ ...TRANSLATED, jsonObject: false, callIds: TOKEN_UP_TO_64, blankText: false, thoughtsBesideCalls: true },
};

/** By the provider's `type` in `llm_backends.yaml`. A new quirk of a type is a field in its entry. */
export const DIALECTS: Readonly<Record<string, Dialect>> = {
  openai: OPENAI,
  azure: { ...TEMPLATED, source: 'https://learn.microsoft.com/azure/ai-foundry/openai/reference' },
  'openai-compatible': TEMPLATED,
  vllm: {
    ...TEMPLATED,
    source: 'https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html',
  },
  ollama: {
    ...TEMPLATED,
    source: 'https://docs.ollama.com/api/openai-compatibility',
    // What it does not know it drops without a word.
    fields: {
      max_completion_tokens: { as: 'max_tokens' },
      ...refused('n', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
    },
    developerRole: 'system',
  },
  mistral: {
    ...TEMPLATED,
    source: 'https://docs.mistral.ai/api',
    // 422 for any other field.
    fields: {
      max_completion_tokens: { as: 'max_tokens' },
      seed: { as: 'random_seed' },
      ...leftOut(...BOOKS, 'user', 'stream_options', 'modalities'),
      ...refused('logprobs', 'top_logprobs', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
    },
    ...{ developerRole: 'system', userAfterTool: false, callIds: NINE_LETTERS },
    sdk: { key: 'mistral', oneCall: { parallelToolCalls: false }, strictSchema: 'strictJsonSchema' },
  },
  deepseek: {
    ...TEMPLATED,
    source: 'https://api-docs.deepseek.com/api/create-chat-completion',
    fields: {
      max_completion_tokens: { as: 'max_tokens' },
      ...leftOut(...BOOKS, 'user', 'seed', 'metadata', 'prompt_cache_key', 'prediction', 'modalities'),
      ...refused('n', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options', 'parallel_tool_calls'),
    },
    ...{ developerRole: 'system', oneCallAtATime: false, documents: false },
    ...{ argumentText: false, thoughtsBesideCalls: true },
    sdk: undefined,
  },
  groq: {
    ...TEMPLATED,
    source: 'https://console.groq.com/docs/openai',
    // 400 for these; `service_tier` has other values there.
    fields: {
      ...leftOut(...BOOKS, 'metadata', 'prompt_cache_key', 'prediction', 'modalities'),
      ...refused('n', 'logprobs', 'top_logprobs', 'logit_bias', 'audio', 'web_search_options'),
    },
    ...{ developerRole: 'system', documents: false },
    sdk: { key: 'groq', oneCall: { parallelToolCalls: false }, strictSchema: 'strictJsonSchema' },
  },
  openrouter: {
    ...TEMPLATED,
    source: 'https://openrouter.ai/docs/api-reference/overview',
    ...{ callIds: TOKEN_UP_TO_64, argumentText: false },
    // Its own file says the rest.
    sdk: undefined,
  },
  xai: {
    ...{ ...OPENAI, argumentText: false },
    source: 'https://docs.x.ai/docs/api-reference',
    fields: {
      ...leftOut(...BOOKS, 'metadata', 'prediction', 'modalities'),
      ...refused('logit_bias', 'audio', ...OLD_CALLS),
    },
    sdk: { key: 'xai', always: { store: false }, oneCall: { parallelToolCalls: false } },
  },
  anthropic: {
    ...CLAUDE,
    source: 'https://docs.claude.com/en/api/messages',
    sdk: { key: 'anthropic', always: { sendReasoning: true }, oneCall: { disableParallelToolUse: true } },
  },
  bedrock: {
    ...CLAUDE,
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html',
    fields: { ...CLAUDE.fields, ...refused('parallel_tool_calls') },
    // It fetches nothing but from its own storage.
    ...{ oneCallAtATime: false, pictures: 'bytes' },
  },
  google: {
    ...TRANSLATED,
    source: 'https://ai.google.dev/api/generate-content',
    fields: { ...TRANSLATED.fields, ...refused('parallel_tool_calls') },
    oneCallAtATime: false,
  },
  demo: { ...TRANSLATED, source: '', beginsWithUser: false },
};

/** One that is not in the table takes everything. */
export const dialectOf = (type: string): Dialect => entryOf(DIALECTS, type) ?? OPENAI;
