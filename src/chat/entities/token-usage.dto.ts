/** Tokens, summed over model calls. */
export class TokenUsage {
  inputTokens: number;
  /** Those of the input that the model backend had cached. */
  cachedInputTokens: number;
  outputTokens: number;
  /** Those of the output that were spent on reasoning. */
  reasoningOutputTokens: number;
  totalTokens: number;
}

export const NO_USAGE: Readonly<TokenUsage> = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  totalTokens: 0,
};

export function addUsage(sum: TokenUsage, more: TokenUsage): TokenUsage {
  return {
    inputTokens: sum.inputTokens + more.inputTokens,
    cachedInputTokens: sum.cachedInputTokens + more.cachedInputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    reasoningOutputTokens: sum.reasoningOutputTokens + more.reasoningOutputTokens,
    totalTokens: sum.totalTokens + more.totalTokens,
  };
}
