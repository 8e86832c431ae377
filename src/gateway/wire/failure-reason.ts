import { isObject, numberOf, parseJson, textOf } from './json';
import { UPSTREAM_ERROR_CODES, UpstreamError } from './upstream.error';
import { CallTokens } from './usage';

const PREFIX = 'codex-relay-failure:';

/**
 * A failure as the reason why a choice ended. An error of a stream takes away what its reader has not taken yet; told as a
 * reason it comes behind all that was said, through any of the AI SDK's providers.
 */
export function failureReason(error: UpstreamError): string {
  const { code, message, status, retryable, retryAfterMs, providerCode, param, tokens } = error;
  return PREFIX + JSON.stringify({ code, message, status, retryable, retryAfterMs, providerCode, param, tokens });
}

/** The failure that a reason tells of; `undefined` for a provider's own. */
export function failureIn(reason: string | undefined): UpstreamError | undefined {
  if (reason === undefined || !reason.startsWith(PREFIX)) return undefined;
  const value = parseJson(reason.slice(PREFIX.length));
  if (!isObject(value)) return undefined;
  const code = UPSTREAM_ERROR_CODES.find((each) => each === value.code);
  const { retryable, tokens } = value;
  return new UpstreamError(code ?? 'upstream_error', textOf(value.message) ?? '', {
    ...{ status: numberOf(value.status), retryable: retryable === true, retryAfterMs: numberOf(value.retryAfterMs) },
    ...{ providerCode: textOf(value.providerCode), param: textOf(value.param) },
    tokens: isTokens(tokens) ? tokens : undefined,
  });
}

const isTokens = (value: unknown): value is CallTokens =>
  isObject(value) &&
  [value.input, value.cached, value.output, value.reasoning].every((count) => typeof count === 'number');
