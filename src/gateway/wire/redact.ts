import { UpstreamError } from './upstream.error';

/** Forms in which providers repeat a key in their messages. */
const KEY_PATTERN = /\b(?:sk|pk|gsk|xai)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|\bBearer [\w.-]{8,}/g;

/** The text without the given key and without anything else that looks like one. */
export function redactKeys(text: string, key: string | undefined): string {
  const known = key === undefined || key === '' ? text : text.replaceAll(key, '[key]');
  return known.replace(KEY_PATTERN, '[key]');
}

/** The failure without the key, and anything like one, in its own words or its cause's: both may go to a log. */
export function redactFailure(failure: UpstreamError, key: string): UpstreamError {
  const { code, status, retryable, retryAfterMs } = failure;
  const message = redactKeys(failure.message, key);
  const cause = redactCause(failure.cause, key);
  if (message === failure.message && cause === failure.cause) return failure;
  return new UpstreamError(code, message, { status, retryable, retryAfterMs, cause });
}

/** A copy of the same kind; what has no key stays itself. */
function redactCause(cause: unknown, key: string): unknown {
  if (!(cause instanceof Error)) return cause;
  const { message, stack = '' } = cause;
  const redacted = { message: redactKeys(message, key), stack: redactKeys(stack, key) };
  if (redacted.message === message && redacted.stack === stack) return cause;
  const changed = { message: { value: redacted.message }, stack: { value: redacted.stack } };
  return Object.create(Object.getPrototypeOf(cause) as object, {
    ...Object.getOwnPropertyDescriptors(cause),
    ...changed,
  });
}
