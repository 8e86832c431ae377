/**
 * The reasons of the chat completions API, and `failed` for what is no whole answer: a failure of the provider, after which the
 * same request may be answered.
 */
type Meaning = 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'failed';

/**
 * What providers and servers call the end of an answer: Anthropic, Gemini, Bedrock, Mistral, Cohere, DeepSeek, Zhipu,
 * vLLM, SGLang, TGI. A word that is not here stays as it is. Lower case, since they differ in nothing but that.
 */
export const FINISH_REASONS: Readonly<Record<Meaning, readonly string[]>> = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'eos_found', 'complete'],
  length: [
    ...['length', 'max_tokens', 'max_output_tokens', 'model_length', 'max_length', 'token_limit', 'error_limit'],
    'model_context_window_exceeded',
  ],
  content_filter: [
    ...['content_filter', 'content_filtered', 'content-filter', 'safety', 'recitation', 'prohibited_content', 'spii'],
    ...['blocklist', 'image_safety', 'guardrail_intervened', 'sensitive', 'refusal', 'error_toxic'],
  ],
  tool_calls: ['tool_calls', 'tool-calls', 'tool_use', 'function_call'],
  failed: [
    ...['error', 'abort', 'aborted', 'cancelled', 'canceled', 'user_cancel', 'timeout', 'network_error'],
    ...['insufficient_system_resource', 'malformed_model_output', 'malformed_tool_use', 'malformed_function_call'],
    ...['malformed_response', 'unexpected_tool_call', 'too_many_tool_calls', 'missing_thought_signature'],
    ...['language', 'other'],
  ],
};

const BY_WORD = new Map(
  Object.entries(FINISH_REASONS).flatMap(([meaning, words]) => words.map((word) => [word, meaning] as const)),
);

/**
 * The reason in the words of the chat completions API, or `failed` for one that says that this is no whole answer; a word that
 * they have none for as it is.
 */
export function usualReason(reason: string): string {
  const word = reason.trim();
  return BY_WORD.get(word.toLowerCase()) ?? word;
}

/** The words for a reason that is a failure. */
export const endedWith = (reason: unknown): string => `the answer ended with ${JSON.stringify(reason)}`;
