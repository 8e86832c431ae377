import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { OpenAiError } from '../wire/openai.error';

const WINDOW_SECONDS = 60;
/** The key of the only counter in a limiter. */
const ONLY = 'all';

/** What a key may do in a minute; null: no limit. */
export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

/** Counts what one key does, in windows of a minute that begin with its first request. */
export class KeyLimits {
  private readonly requests: RateLimiterMemory | undefined;
  private readonly tokens: RateLimiterMemory | undefined;

  constructor(readonly limits: RateLimits) {
    this.requests = limiterOf(limits.requestsPerMinute);
    this.tokens = limiterOf(limits.tokensPerMinute);
  }

  /**
   * Counts a request.
   *
   * @throws OpenAiError 429 `rate_limit_exceeded` with the time after which there is room again.
   */
  async admit(): Promise<void> {
    const used = await this.tokens?.get(ONLY);
    if (this.tokens && used && used.consumedPoints >= this.tokens.points) {
      throw limited(`${this.tokens.points} tokens`, used.msBeforeNext);
    }
    try {
      await this.requests?.consume(ONLY);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw limited(`${this.requests?.points} requests`, refusal.msBeforeNext);
      throw refusal;
    }
  }

  /** Counts tokens, known only once a call has ended: what it took beyond the limit delays the next one. */
  async spend(tokens: number): Promise<void> {
    await this.tokens?.penalty(ONLY, tokens);
  }

  /** Whether these limits are the same, so that the counters may stay. */
  isFor({ requestsPerMinute, tokensPerMinute }: RateLimits): boolean {
    return this.limits.requestsPerMinute === requestsPerMinute && this.limits.tokensPerMinute === tokensPerMinute;
  }
}

const limiterOf = (points: number | null): RateLimiterMemory | undefined =>
  points === null ? undefined : new RateLimiterMemory({ points, duration: WINDOW_SECONDS });

/** Codex reads the words "try again in", other clients the header. */
function limited(what: string, waitMs: number): OpenAiError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `Rate limit reached for this key: ${what} per minute. Please try again in ${seconds}s.`;
  return new OpenAiError(429, 'rate_limit_exceeded', message, null, seconds);
}
