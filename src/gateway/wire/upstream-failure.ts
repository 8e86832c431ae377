import {
  APICallError,
  InvalidArgumentError,
  InvalidPromptError,
  UnsupportedFunctionalityError,
} from '@ai-sdk/provider';
import { types } from 'node:util';
import { contextWindowField } from './context-window';
import { says } from './error-words';
import { isObject, numberOf } from './json';
import { errorIn, providerAnswer, ProviderAnswer } from './provider-answer';
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
  if (isRefusedRequest(error)) return ofRefusedRequest(error);
  if (isObject(error) && !types.isNativeError(error)) return ofErrorChunk(error);
  return ofNetwork(error) ?? UpstreamError.cutOff({ cause: error });
}

export function upstreamErrorOfHttp({ status, header, body, statusText }: HttpFailure): UpstreamError {
  if (status < 400) return redirected(status, header('location'));
  const answer = providerAnswer(body, statusText || 'no reason given');
  const code = codeOf(status, answer);
  return new UpstreamError(code, `answered HTTP ${status}: ${answer.message}`, {
    ...{ status: ABOUT_REQUEST.has(code) ? 400 : status, providerCode: answer.name, param: answer.param },
    contextWindow: contextWindowField(body),
    retryable: isPassing(status, answer),
    retryAfterMs: retryAfterMs(header, answer.message),
  });
}

/** Refusals of what a request says, whatever status a server has for them: 403, 404, 413, 451, 500. */
const ABOUT_REQUEST: ReadonlySet<UpstreamErrorCode> = new Set([
  'content_filter',
  'image_not_accepted',
  'invalid_history',
]);

/**
 * A redirect is not followed: the request has the provider's key, and goes nowhere that the backends file does not name. The address
 * goes without its query, which may hold one, too.
 */
function redirected(status: number, location = ''): UpstreamError {
  const [address = ''] = location.split(/[?#]/);
  const where = address === '' ? 'another address' : JSON.stringify(address.slice(0, MAX_ADDRESS_LENGTH));
  const message = `answered HTTP ${status}: it redirects to ${where}, which is for its address in llm_backends.yaml to say`;
  return new UpstreamError('upstream_unavailable', message);
}

const MAX_ADDRESS_LENGTH = 500;

/** The error that a provider sends with HTTP 200 before anything else; as good as an error by its status. */
export function upstreamErrorInBody(error: unknown): UpstreamError {
  const body = isObject(error) ? error : { message: error };
  const status = numberOf(body.code) ?? numberOf(body.status);
  if (status === undefined || status < 400) return upstreamErrorOf(body);
  return upstreamErrorOfHttp({ status, body, header: () => undefined, statusText: '' });
}

/** The failure of a body with HTTP 200 that is not `wanted`: most often it holds an error. */
export function upstreamErrorInstead(wanted: string, body: unknown): UpstreamError {
  const error = errorIn(body);
  if (error !== undefined) return isGreeting(body) ? wordsInstead(error) : upstreamErrorInBody(error);
  return new UpstreamError('upstream_error', `answered with something that is no ${wanted}`);
}

/** Words without a code, such as the root of a server has them: asking again does not make an answer of them. */
const isGreeting = (body: unknown): boolean =>
  isObject(body) &&
  body.object !== 'error' &&
  ['error', 'code', 'type', 'status', 'base_resp'].every((name) => body[name] == null);

const wordsInstead = (error: unknown): UpstreamError =>
  new UpstreamError('upstream_error', `failed: ${providerAnswer(error, 'no reason given').message}`);

function ofApiCall(error: APICallError): UpstreamError {
  // The AI SDK wraps what our own connections throw while it reads.
  if (error.cause instanceof UpstreamError) return error.cause;
  const { statusCode: status, responseHeaders = {}, responseBody } = error;
  if (status === undefined) return ofNetwork(error) ?? UpstreamError.cutOff({ cause: error });
  if (status < 400) return UpstreamError.cutOff({ cause: error });
  const header = (name: string): string | undefined => responseHeaders[name];
  return upstreamErrorOfHttp({ status, header, body: responseBody, statusText: error.message });
}

/**
 * Whether the request could not be put into the provider's protocol, so that the provider was never asked: a kind of file
 * that it does not take, say, or values that are nested too deeply to be written as JSON.
 */
const isRefusedRequest = (error: unknown): error is Error =>
  UnsupportedFunctionalityError.isInstance(error) ||
  InvalidPromptError.isInstance(error) ||
  InvalidArgumentError.isInstance(error) ||
  (types.isNativeError(error) && error.name === 'RangeError' && error.message.includes('call stack'));

/** No repeat makes it better, and it says nothing about the provider. */
function ofRefusedRequest(error: Error): UpstreamError {
  const code =
    UnsupportedFunctionalityError.isInstance(error) && /\bimage\b/.test(error.message)
      ? 'image_not_accepted'
      : 'upstream_error';
  return new UpstreamError(code, `cannot take the request: ${error.message}`, { status: 400, cause: error });
}

/** An error inside a stream that began well; some providers send their rate limit so. */
function ofErrorChunk(chunk: object): UpstreamError {
  const answer = providerAnswer(chunk, 'no reason given');
  const status = statusOf(chunk) ?? statusByCode(answer.code);
  return new UpstreamError(codeOf(status, answer), `failed: ${answer.message}`, {
    ...{ providerCode: answer.name, param: answer.param },
    retryable: isPassing(status, answer),
    retryAfterMs: retryAfterMs(() => undefined, answer.message),
  });
}

function statusOf(chunk: object): number | undefined {
  if ('statusCode' in chunk && typeof chunk.statusCode === 'number') return chunk.statusCode;
  return 'code' in chunk && typeof chunk.code === 'number' ? chunk.code : undefined;
}

/** The status that the providers' words for kinds of errors stand for; anything else is the provider's own failure. */
function statusByCode(code: string): number {
  const known: readonly (readonly [RegExp, number])[] = [
    [/rate_?limit|too_many_requests|resource_exhausted/i, 429],
    [/overloaded|slow_down|unavailable/i, 503],
    [/authentication|unauthenticated|invalid_api_key/i, 401],
    [/permission/i, 403],
    [/not_found/i, 404],
    [/invalid|unsupported|bad_request|failed_precondition|validation/i, 400],
  ];
  return known.find(([words]) => words.test(code))?.[1] ?? 500;
}

function ofNetwork(error: unknown): UpstreamError | undefined {
  for (let cause = error, depth = 0; types.isNativeError(cause) && depth < 5; cause = cause.cause, depth++) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    if (code === undefined) continue;
    if (SILENT.has(code)) return new UpstreamError('upstream_unavailable', 'was silent for too long', { cause: error });
    const words = cause.message.includes(code) ? cause.message : `${cause.message} ${code}`.trim();
    const message = `cannot be reached: ${words}`;
    return new UpstreamError('upstream_unavailable', message, { cause: error, retryable: true });
  }
  return undefined;
}

/** undici's own limits. */
const SILENT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** Worth a repeat: timeouts, rate limits and server errors (529 is Anthropic's overload). */
const isTransient = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** Whether the same request may succeed a moment later. */
const isPassing = (status: number, answer: ProviderAnswer): boolean =>
  isTransient(status) &&
  !says('usage_limit_exceeded', answer) &&
  !says('image_not_accepted', answer) &&
  !isContextLength(status, answer) &&
  !says('content_filter', answer);

function codeOf(status: number, answer: ProviderAnswer): UpstreamErrorCode {
  if (says('content_filter', answer)) return 'content_filter';
  if (isContextLength(status, answer)) return 'context_length_exceeded';
  if (says('upstream_unauthorized', answer)) return 'upstream_unauthorized';
  if (status === 402 || says('usage_limit_exceeded', answer)) return 'usage_limit_exceeded';
  if (status === 401 || status === 403) return 'upstream_unauthorized';
  // Some servers fail with 404 or 500 on a picture that their model cannot read.
  if (says('image_not_accepted', answer) && status !== 429) return 'image_not_accepted';
  if (status === 404) return 'model_not_found';
  if (status === 429 || /rate_?limit/i.test(answer.code)) return 'rate_limit_exceeded';
  if (status >= 500) return 'upstream_unavailable';
  if (says('model_not_found', answer)) return 'model_not_found';
  return says('invalid_history', answer) ? 'invalid_history' : 'upstream_error';
}

/** A limit of tokens a minute speaks of too many tokens, as well. */
const isContextLength = (status: number, answer: ProviderAnswer): boolean =>
  !isRateLimit(status, answer) && (says('context_length_exceeded', answer) || isLongText(answer));

const isRateLimit = (status: number, { code, message }: ProviderAnswer): boolean =>
  /rate_?limit/i.test(code) || (status === 429 && !/context/i.test(code + message)) || /per (min|day)/i.test(message);

/** OpenAI has one code for a text that is too long, be it the conversation or the name of something. */
const isLongText = ({ code, message, param = '' }: ProviderAnswer): boolean =>
  /string_above_max_length/.test(code) && !/id\b|name|user|key|metadata/i.test(`${param} ${message}`);

/**
 * The wait that a provider asks for, in milliseconds: `retry-after-ms`, `retry-after` in seconds or as a date, or the
 * words "try again in 1.5s" or "retry in 1.5s" of its message.
 */
export function retryAfterMs(header: (name: string) => string | undefined, message: string): number | undefined {
  const milliseconds = Number.parseFloat(header('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const after = header('retry-after');
  const seconds = Number.parseFloat(after ?? '');
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after ?? '');
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  const words = /(?:try again|retry) in (\d+(?:\.\d+)?) ?(ms|s)\b/i.exec(message);
  return words === null ? undefined : Number(words[1]) * (words[2] === 'ms' ? 1 : 1000);
}
