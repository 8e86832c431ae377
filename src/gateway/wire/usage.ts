import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { isObject, JsonObject, numberOf } from './json';

/** The tokens of one call; `cached` is part of `input`, `reasoning` part of `output`. */
export interface CallTokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** The `usage` of the Responses API; codex refuses one without total or details. */
export interface ResponseUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** The `usage` of the chat completions API. */
export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number };
  readonly completion_tokens_details: { readonly reasoning_tokens: number };
}

/** Of an AI SDK stream; `undefined` when the provider gave none, since zeros would be a lie. */
export function tokensOfParts({ inputTokens, outputTokens }: LanguageModelV4Usage): CallTokens | undefined {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return undefined;
  return {
    input: inputTokens.total ?? 0,
    cached: inputTokens.cacheRead ?? 0,
    output: outputTokens.total ?? 0,
    reasoning: outputTokens.reasoning ?? 0,
  };
}

/** Of the `usage` of the Responses API. */
export function tokensOfResponse(usage: unknown): CallTokens | undefined {
  if (!isObject(usage)) return undefined;
  return {
    input: numberOf(usage.input_tokens) ?? 0,
    cached: detail(usage.input_tokens_details, 'cached_tokens') ?? 0,
    output: numberOf(usage.output_tokens) ?? 0,
    reasoning: detail(usage.output_tokens_details, 'reasoning_tokens') ?? 0,
  };
}

/** Of the `usage` of the chat completions API. DeepSeek has a field of its own for its cache hits. */
export function tokensOfCompletion(usage: unknown): CallTokens | undefined {
  if (!isObject(usage)) return undefined;
  return {
    input: countOf(usage.prompt_tokens) ?? countOf(usage.input_tokens) ?? 0,
    cached: detail(usage.prompt_tokens_details, 'cached_tokens') ?? numberOf(usage.prompt_cache_hit_tokens) ?? 0,
    output: countOf(usage.completion_tokens) ?? countOf(usage.output_tokens) ?? 0,
    reasoning: detail(usage.completion_tokens_details, 'reasoning_tokens') ?? 0,
  };
}

/** Of the `usage` of Amazon's Converse API, whose input counts neither what is read from its cache nor what is written there. */
export function tokensOfConverse(usage: unknown): CallTokens | undefined {
  if (!isObject(usage)) return undefined;
  const cached = numberOf(usage.cacheReadInputTokens) ?? 0;
  const written = numberOf(usage.cacheWriteInputTokens) ?? 0;
  const input = (numberOf(usage.inputTokens) ?? 0) + cached + written;
  return { input, cached, output: numberOf(usage.outputTokens) ?? 0, reasoning: 0 };
}

/**
 * The `usage` of a completion with the counts that clients read: the same object where it has them, else those that stand
 * in it as texts, or under the names of the Responses API.
 */
export function usualUsage(usage: JsonObject): JsonObject {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  if ([prompt, completion, total].every((count) => typeof count === 'number')) return usage;
  const { input, output } = tokensOfCompletion(usage) ?? { input: 0, output: 0 };
  const total_tokens = countOf(total) ?? input + output;
  return { ...usage, prompt_tokens: input, completion_tokens: output, total_tokens };
}

/** A number, also one that is written as a text. */
function countOf(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  return numberOf(value);
}

const detail = (details: unknown, name: string): number | undefined =>
  isObject(details) ? numberOf(details[name]) : undefined;

export const responseUsageOf = ({ input, cached, output, reasoning }: CallTokens): ResponseUsage => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
});

export const completionUsageOf = ({ input, cached, output, reasoning }: CallTokens): CompletionUsage => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning },
});
