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
  return { code: brokeOff && error.retryable ? 'server_error' : 'invalid_prompt', message };
}
