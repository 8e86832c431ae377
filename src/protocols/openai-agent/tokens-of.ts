import type { TokenUsage } from '../../chat/entities/token-usage.dto';
import type { CallTokens } from '../../gateway/wire/usage';

/** What a turn has used, as the gateway counts. */
export const tokensOf = (usage: TokenUsage | undefined): CallTokens | undefined =>
  usage && {
    input: usage.inputTokens,
    cached: usage.cachedInputTokens,
    output: usage.outputTokens,
    reasoning: usage.reasoningOutputTokens,
  };
