import { Column } from 'typeorm';
import { wholeNumber } from '../../database/whole-number';

const tokens = { type: 'bigint', transformer: wholeNumber } as const;

/** Tokens, summed over model calls. */
export class TokenUsage {
  @Column(tokens)
  inputTokens: number;

  /** Those of the input that the model backend had cached. */
  @Column(tokens)
  cachedInputTokens: number;

  @Column(tokens)
  outputTokens: number;

  /** Those of the output that were spent on reasoning. */
  @Column(tokens)
  reasoningOutputTokens: number;

  @Column(tokens)
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
