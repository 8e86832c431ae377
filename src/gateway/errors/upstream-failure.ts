import { types } from 'node:util';
import { APICallError } from '@ai-sdk/provider';
import { isObject } from '../protocol/json';
import { ProviderAnswer, providerAnswer } from './provider-answer';
import { retryAfterMs } from './retry-after';
import { UpstreamError, UpstreamErrorCode } from './upstream.error';

/** A provider's HTTP error answer. */
export interface HttpFailure {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: unknown;
  /** Used when the body says nothing. */
  readonly statusText: string;
}

/** The typed error for anything that a call to a provider threw or put in its stream. */
export function upstreamErrorOf(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (APICallError.isInstance(error)) return ofApiCall(error);
  if (isObject(error) && !types.isNativeError(error)) return ofErrorChunk(error);
  return ofNetwork(error) ?? UpstreamError.cutOff({ cause: error });
}

export function upstreamErrorOfHttp({ status, header, body, statusText }: HttpFailure): UpstreamError {
  const answer = providerAnswer(body, statusText || 'no reason given');
  return new UpstreamError(codeOf(status, answer), `answered HTTP ${status}: ${answer.message}`, {
    status,
    retryable: isTransient(status) && !isQuota(answer) && !isContextLength(answer),
    retryAfterMs: retryAfterMs(header, answer.message),
  });
}

function ofApiCall(error: APICallError): UpstreamError {
  const { statusCode: status, responseHeaders = {}, responseBody } = error;
  if (status === undefined) return ofNetwork(error) ?? UpstreamError.cutOff({ cause: error });
  if (status < 400) return UpstreamError.cutOff({ cause: error });
  const header = (name: string): string | undefined => responseHeaders[name];
  return upstreamErrorOfHttp({ status, header, body: responseBody, statusText: error.message });
}

/** An error inside a stream that began well; some providers send their rate limit so. */
function ofErrorChunk(chunk: object): UpstreamError {
  const answer = providerAnswer(chunk, 'no reason given');
  const status = 'code' in chunk && typeof chunk.code === 'number' ? chunk.code : 500;
  return new UpstreamError(codeOf(status, answer), `failed: ${answer.message}`, {
    retryable: isTransient(status) && !isQuota(answer) && !isContextLength(answer),
    retryAfterMs: retryAfterMs(() => undefined, answer.message),
  });
}

function ofNetwork(error: unknown): UpstreamError | undefined {
  for (let cause = error, depth = 0; types.isNativeError(cause) && depth < 5; cause = cause.cause, depth++) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    if (code === undefined) continue;
    const words = cause.message.includes(code) ? cause.message : `${cause.message} ${code}`.trim();
    const message = `cannot be reached: ${words}`;
    return new UpstreamError('upstream_unavailable', message, { cause: error, retryable: true });
  }
  return undefined;
}

/** Worth a repeat: timeouts, rate limits and server errors (529 is Anthropic's overload). */
const isTransient = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

function codeOf(status: number, answer: ProviderAnswer): UpstreamErrorCode {
  if (isContextLength(answer)) return 'context_length_exceeded';
  if (status === 402 || isQuota(answer)) return 'usage_limit_exceeded';
  if (status === 401 || status === 403) return 'upstream_unauthorized';
  if (status === 404) return 'model_not_found';
  if (status === 429 || /rate_?limit/i.test(answer.code)) return 'rate_limit_exceeded';
  return status >= 500 ? 'upstream_unavailable' : 'upstream_error';
}

const isQuota = ({ code, message }: ProviderAnswer): boolean =>
  /insufficient_quota|usage_limit_reached|billing/i.test(code) ||
  /exceeded your current quota|insufficient balance/i.test(message);

/** The words that OpenAI, vLLM, llama.cpp, Anthropic, Gemini, Mistral and DeepSeek use. */
const CONTEXT_LENGTH =
  /maximum context length|context[ _](length|window|size).{0,40}exceed|exceed.{0,60}context|prompt is too long|input token count.{0,40}exceed|too large for model|reduce the length of/i;

const isContextLength = ({ code, message }: ProviderAnswer): boolean =>
  /context_length_exceeded|exceed_context_size/.test(code) || CONTEXT_LENGTH.test(message);
