import { isObject, JsonObject } from '../wire/json';
import { invalidRequest } from '../wire/openai.error';

/**
 * What becomes of a field of OpenAI's that a provider's API does not have as it is: it goes out under another name, is left out
 * because the answer is the same without it, or is refused because it would not be.
 */
type Treatment = { readonly as: string } | 'left out' | 'refused';

/** What the API of one provider type takes of a request's fields. A field that is not named goes out as it came. */
interface ParameterDialect {
  /** Of `/v1/chat/completions`. */
  readonly completions?: Readonly<Record<string, Treatment>>;
  /** Messages of a developer have this role instead. */
  readonly developerRole?: 'system';
  /** Whether it cannot be told to call one tool at a time. */
  readonly alwaysParallel?: boolean;
  /** Whether it has no field for an answer in JSON without a schema, so that it is asked for in words. */
  readonly noJsonObject?: boolean;
  /** Whether it takes pictures at most, and no other files. */
  readonly noDocuments?: boolean;
}

const treated = (treatment: Treatment, ...names: readonly string[]): Record<string, Treatment> =>
  Object.fromEntries(names.map((name) => [name, treatment]));

/** What is for OpenAI's books and caches alone. */
const BOOKKEEPING = ['store', 'user', 'service_tier', 'safety_identifier', 'prompt_cache_retention', 'verbosity'];
const OLD_CALLS = ['functions', 'function_call'];

/** A provider of another protocol is asked by translation; what that cannot carry is refused. */
const TRANSLATED: ParameterDialect = {
  completions: treated('refused', 'n', 'logprobs', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
};
/** None has a way to forbid parallel calls: the option exists nowhere in the API. */
const TRANSLATED_PARALLEL: ParameterDialect = {
  completions: { ...TRANSLATED.completions, parallel_tool_calls: 'refused' },
  alwaysParallel: true,
};

/** By the provider's `type`; one without an entry takes all fields as they are, or passes over those that it does not know. */
const DIALECTS: Readonly<Record<string, ParameterDialect>> = {
  /** https://docs.mistral.ai/api: 422 for any other field. */
  mistral: {
    completions: {
      max_completion_tokens: { as: 'max_tokens' },
      seed: { as: 'random_seed' },
      ...treated('left out', ...BOOKKEEPING, 'stream_options', 'modalities'),
      ...treated('refused', 'logprobs', 'top_logprobs', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
    },
    developerRole: 'system',
  },
  /** https://api-docs.deepseek.com/api/create-chat-completion */
  deepseek: {
    completions: {
      max_completion_tokens: { as: 'max_tokens' },
      ...treated('left out', ...BOOKKEEPING, 'seed', 'metadata', 'prompt_cache_key', 'prediction', 'modalities'),
      ...treated('refused', 'n', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options', 'parallel_tool_calls'),
    },
    developerRole: 'system',
    ...{ alwaysParallel: true, noDocuments: true },
  },
  /** https://console.groq.com/docs/openai: 400 for these; `service_tier` has other values there. */
  groq: {
    completions: {
      ...treated('left out', 'store', 'service_tier', 'safety_identifier', 'prompt_cache_retention', 'verbosity'),
      ...treated('left out', 'metadata', 'prompt_cache_key', 'prediction', 'modalities'),
      ...treated('refused', 'n', 'logprobs', 'top_logprobs', 'logit_bias', 'audio', 'web_search_options'),
    },
    developerRole: 'system',
  },
  /** https://docs.x.ai/docs/api-reference#chat-completions */
  xai: {
    completions: {
      ...treated('left out', 'store', 'metadata', 'service_tier', 'safety_identifier', 'prompt_cache_retention'),
      ...treated('left out', 'verbosity', 'prediction', 'modalities'),
      ...treated('refused', 'logit_bias', 'audio', ...OLD_CALLS),
    },
  },
  /** https://docs.ollama.com/api/openai-compatibility: what it does not know it drops without a word. */
  ollama: {
    completions: {
      max_completion_tokens: { as: 'max_tokens' },
      ...treated('refused', 'n', 'logit_bias', 'audio', ...OLD_CALLS, 'web_search_options'),
    },
    developerRole: 'system',
  },
  anthropic: { ...TRANSLATED, noJsonObject: true },
  google: TRANSLATED_PARALLEL,
  bedrock: { ...TRANSLATED_PARALLEL, noJsonObject: true },
  demo: TRANSLATED,
};

/** The value that asks for nothing: it may be left out wherever the field is not known. */
function isNeutral(name: string, value: unknown): boolean {
  if (value == null || value === '') return true;
  if (name === 'parallel_tool_calls') return value !== false;
  if (name === 'n') return value === 1;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : value === false;
}

/**
 * The fields of a completion as a provider type takes them, as changes: a new value, or `undefined` for a field that is left out.
 *
 * @param body of the request; undefined fields count for nothing.
 * @throws OpenAiError 400 for a field that would be lost.
 */
export function completionFieldChanges(type: string, body: JsonObject): JsonObject {
  const treatments = dialectOf(type).completions;
  if (treatments === undefined) return {};
  const changes: Record<string, unknown> = {};
  for (const [name, treatment] of Object.entries(treatments)) {
    const value = body[name];
    if (value === undefined) continue;
    changes[name] = undefined;
    if (treatment === 'left out' || isNeutral(name, value)) continue;
    if (treatment === 'refused' && !(name === 'parallel_tool_calls' && isNeutral('tools', body.tools))) {
      throw invalidRequest(name, `This model's provider has no ${nameOf(name, value)}.`);
    }
    if (typeof treatment === 'object') changes[treatment.as] = value;
  }
  return changes;
}

const nameOf = (name: string, value: unknown): string =>
  name === 'n' || value === false ? `"${name}" of ${JSON.stringify(value)}` : `"${name}"`;

/** The role that messages of a developer have with a provider type; undefined: their own. */
export const developerRoleOf = (type: string): string | undefined => dialectOf(type).developerRole;

/** Whether a provider type can be told to call one tool at a time. */
export const takesOneCallAtATime = (type: string): boolean => dialectOf(type).alwaysParallel !== true;

/** Whether a provider type has a field for an answer in JSON without a schema. */
export const takesJsonObject = (type: string): boolean => dialectOf(type).noJsonObject !== true;

/** Whether a provider type takes files that are no pictures. */
export const takesDocuments = (type: string): boolean => dialectOf(type).noDocuments !== true;

/** Whether a provider type takes a field of a completion under its own name. */
export const takesCompletionField = (type: string, name: string): boolean =>
  dialectOf(type).completions?.[name] === undefined;

const NONE: ParameterDialect = {};
const dialectOf = (type: string): ParameterDialect => DIALECTS[type] ?? NONE;
