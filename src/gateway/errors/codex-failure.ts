import { ResponseFailure } from '../protocol/response-snapshot';
import { UpstreamError } from './upstream.error';

/**
 * The failure to tell codex 0.169.0, which decides by the code of `response.failed`: `invalid_prompt` ends the turn at
 * once with the message as it is, `context_length_exceeded` makes it compact, and an unknown code makes it repeat
 * the request (measured).
 *
 * The gateway has repeated what is worth it, so the turn ends; only an answer that broke off before its first finished
 * item is left for codex to ask again, since the gateway cannot take back what it has sent.
 */
export function codexFailure(error: UpstreamError, message: string, brokeOff: boolean): ResponseFailure {
  if (error.code === 'context_length_exceeded') return { code: 'context_length_exceeded', message };
  if (!brokeOff || !error.retryable) return { code: 'invalid_prompt', message };
  if (!isCrowded(error)) return { code: 'server_error', message };
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? DEFAULT_WAIT_MS) / 1000));
  return { code: 'rate_limit_exceeded', message: `${message} Please try again in ${seconds}s.` };
}

const DEFAULT_WAIT_MS = 1000;

/** Codex ends a turn for good on the provider's own `server_is_overloaded`; on a rate limit it waits as long as told. */
const isCrowded = ({ code, message }: UpstreamError): boolean =>
  code === 'rate_limit_exceeded' || /overload|slow down/i.test(message);
