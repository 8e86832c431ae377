import { CallTokens } from './usage';

/** What went wrong with a model backend; the code that a failed turn carries. */
export const UPSTREAM_ERROR_CODES = [
  'upstream_unauthorized',
  'upstream_unavailable',
  'upstream_error',
  'rate_limit_exceeded',
  'usage_limit_exceeded',
  'context_length_exceeded',
  'model_not_found',
  'content_filter',
  'image_not_accepted',
  'invalid_history',
] as const;
export type UpstreamErrorCode = (typeof UPSTREAM_ERROR_CODES)[number];

export interface UpstreamErrorOptions extends ErrorOptions {
  /** The provider's HTTP status, if it answered. */
  readonly status?: number;
  /** Whether the same request may succeed a moment later. */
  readonly retryable?: boolean;
  /** The wait the provider asks for, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Whether the gateway has tried more than once. */
  readonly retried?: boolean;
  /** The provider's own code, where it has one that is a name. */
  readonly providerCode?: string;
  /** The field of the request that the provider names. */
  readonly param?: string;
  /** The tokens that the model takes, where the provider says so in a field of its own. */
  readonly contextWindow?: number;
  /** What the attempt cost before it failed, as far as the provider told it. */
  readonly tokens?: CallTokens;
}

/** A model backend did not answer as asked. The message goes on after the backend's name and has its own words. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly status?: number;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly retried: boolean;
  readonly providerCode?: string;
  readonly param?: string;
  readonly contextWindow?: number;
  readonly tokens?: CallTokens;

  constructor(
    readonly code: UpstreamErrorCode,
    message: string,
    options: UpstreamErrorOptions = {},
  ) {
    super(message, options);
    this.status = options.status;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.retried = options.retried ?? false;
    this.providerCode = options.providerCode;
    this.param = options.param;
    this.contextWindow = options.contextWindow;
    this.tokens = options.tokens;
  }

  /** The code for clients of the API, which know those of OpenAI: the provider's own where ours says less. */
  get publicCode(): string {
    const { code, providerCode = '' } = this;
    if (code === 'usage_limit_exceeded' && providerCode === 'insufficient_quota') return providerCode;
    return code === 'upstream_error' && /^[a-z]+(_[a-z]+)+$/.test(providerCode) ? providerCode : code;
  }

  /** The same failure of a call that was tried more than once. */
  afterRetries(): UpstreamError {
    return this.with({ retried: true });
  }

  /** The same failure with more to say. */
  withWords(more: readonly string[]): UpstreamError {
    return this.with({}, [this.message, ...more].join('; '));
  }

  /** The same failure of an attempt that cost so much. */
  withTokens(tokens: CallTokens | undefined): UpstreamError {
    return tokens === undefined ? this : this.with({ tokens });
  }

  private with(change: UpstreamErrorOptions, message = this.message): UpstreamError {
    const { status, retryable, retryAfterMs, retried, providerCode, param, contextWindow, tokens, cause } = this;
    return new UpstreamError(this.code, message, {
      ...{ status, retryable, retryAfterMs, retried, providerCode, param, contextWindow, tokens },
      ...(cause === undefined ? {} : { cause }),
      ...change,
    });
  }

  static cutOff(options?: ErrorOptions): UpstreamError {
    return new UpstreamError('upstream_error', 'broke off its answer', { ...options, retryable: true });
  }

  static silent(seconds: number): UpstreamError {
    return new UpstreamError('upstream_unavailable', `was silent for ${seconds} s`);
  }

  /** Anthropic ends an answer so that no longer fits behind its prompt. */
  static contextExceeded(): UpstreamError {
    return new UpstreamError('context_length_exceeded', 'has no room left in its context window', { status: 400 });
  }

  static contentFiltered(): UpstreamError {
    return new UpstreamError('content_filter', 'stopped its answer by its content filter');
  }

  static notReady(reason: string): UpstreamError {
    return new UpstreamError('upstream_unauthorized', `cannot be used: ${reason}`, { status: 401 });
  }
}

/** The failure of an answer that is longer than any answer is. */
export const endless = (what: string): UpstreamError =>
  new UpstreamError('upstream_error', `sent ${what} without an end`);
