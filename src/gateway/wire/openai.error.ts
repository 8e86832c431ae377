import { DomainError } from '../../common/domain.error';
import { CHALLENGE } from '../../common/problem.filter';

/** The body of every error answer of `/v1`, in the form that OpenAI's clients read. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** A request to `/v1` that is answered with an HTTP error. */
export class OpenAiError extends Error {
  override readonly name = 'OpenAiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
    readonly retryAfterSeconds?: number,
    /** Whether a repeat by the client would only repeat what the gateway has done itself. */
    readonly isFinal = false,
  ) {
    super(message);
  }

  /** What OpenAI's own clients decide on a repeat by. */
  get headers(): Readonly<Record<string, string>> {
    const { retryAfterSeconds: seconds } = this;
    return {
      ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
      ...(this.status === 401 ? { 'www-authenticate': CHALLENGE } : {}),
      ...(this.isFinal ? { 'x-should-retry': 'false' } : {}),
    };
  }

  get body(): OpenAiErrorBody {
    return { error: { message: this.message, type: typeOf(this.status), param: this.param, code: this.code } };
  }
}

/** What the service refuses, whichever API it is asked for. */
export const openAiErrorOf = ({ status, code, detail, retryAfterSeconds }: DomainError): OpenAiError =>
  new OpenAiError(status, code, detail, null, retryAfterSeconds);

/** OpenAI's error types by HTTP status, https://platform.openai.com/docs/guides/error-codes. */
function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

export const invalidRequest = (param: string | null, message: string): OpenAiError =>
  new OpenAiError(400, 'invalid_request', message, param);
