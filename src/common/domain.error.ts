/**
 * An error that a caller can act on. `code` is stable and part of the API; `detail` says what was wrong and what
 * would be right, and never carries a secret.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
  /** Seconds after which a repeat makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Name of the limit that is reached, where that is why. */
  readonly limit?: string;
  /** The queue as it is, where another one was to be changed. */
  readonly queue?: object;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    options?: ErrorOptions & { retryAfterSeconds?: number; limit?: string; queue?: object },
  ) {
    super(detail, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.limit = options?.limit;
    this.queue = options?.queue;
  }
}

/** For what passes by itself within moments: a queue, a lock, a disk that is being freed. */
export const RETRY_AFTER_SECONDS = 5;

export const invalid = (code: string, detail: string): DomainError => new DomainError(400, code, detail);
export const notFound = (what: string, id: string): DomainError =>
  new DomainError(404, `${what.replaceAll(' ', '_')}_not_found`, `There is no ${what} ${id} of yours.`);
export const conflict = (code: string, detail: string): DomainError => new DomainError(409, code, detail);
export const tooLarge = (code: string, detail: string): DomainError => new DomainError(413, code, detail);
export const unavailable = (code: string, detail: string): DomainError =>
  new DomainError(503, code, detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
