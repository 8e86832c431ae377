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
}

/** A model backend did not answer as asked. The message goes on after the backend's name and has its own words. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly status?: number;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly retried: boolean;

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
  }

  /** The same failure of a call that was tried more than once. */
  afterRetries(): UpstreamError {
    return new UpstreamError(this.code, this.message, { ...this, cause: this.cause, retried: true });
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
