import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { ResponseUsage } from './response-object';

/** Token counts of the Responses API; null when the provider gave none, since zeros would be a lie. */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): ResponseUsage | null {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return null;
  const input = inputTokens.total ?? 0;
  const output = outputTokens.total ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: inputTokens.cacheRead ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: outputTokens.reasoning ?? 0 },
    total_tokens: input + output,
  };
}
