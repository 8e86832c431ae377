import { APICallError, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { OpenAiError } from './openai.error';
import { redactFailure, redactKeys } from './redact';
import { upstreamErrorOf } from './upstream-failure';
import { UpstreamError } from './upstream.error';

const http = (statusCode: number, body: unknown, responseHeaders: Record<string, string> = {}): UpstreamError =>
  upstreamErrorOf(
    new APICallError({
      message: 'status text',
      url: 'http://x',
      requestBodyValues: {},
      statusCode,
      responseHeaders,
      responseBody: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );

describe('what went wrong upstream', () => {
  it.each([
    [401, { error: { message: 'bad key' } }, 'upstream_unauthorized', false],
    [402, { error: { message: 'Insufficient Balance' } }, 'usage_limit_exceeded', false],
    [403, { detail: 'no' }, 'upstream_unauthorized', false],
    [404, { error: { message: 'no such model' } }, 'model_not_found', false],
    [400, { error: { message: 'bad schema' } }, 'upstream_error', false],
    [429, { error: { message: 'slow' } }, 'rate_limit_exceeded', true],
    [429, { error: { message: 'pay', code: 'insufficient_quota' } }, 'usage_limit_exceeded', false],
    [500, '<html>oops</html>', 'upstream_unavailable', true],
    [529, { error: { type: 'overloaded_error', message: 'Overloaded' } }, 'upstream_unavailable', true],
    [400, { error: { message: "This model's maximum context length is 10 tokens" } }, 'context_length_exceeded', false],
    [400, { error: { message: 'prompt is too long: 3 tokens > 2 maximum' } }, 'context_length_exceeded', false],
    [400, { error: { message: 'the request exceeds the available context size' } }, 'context_length_exceeded', false],
    [400, [{ error: { message: 'The input token count (9) exceeds the maximum' } }], 'context_length_exceeded', false],
    [500, { error: { message: 'x', code: 'context_length_exceeded' } }, 'context_length_exceeded', false],
    [400, { message: 'Input is too long for requested model.' }, 'context_length_exceeded', false],
    [400, { error: 'Trying to keep the first 5 tokens when context the overflows' }, 'context_length_exceeded', false],
    [429, { error: { message: 'Too many tokens per minute' } }, 'rate_limit_exceeded', true],
    [400, { error: { message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }, 'upstream_unauthorized', false],
    [400, { error: { message: 'Your credit balance is too low to access the API' } }, 'usage_limit_exceeded', false],
    [
      503,
      { error: { code: 503, message: 'The model is overloaded', status: 'UNAVAILABLE' } },
      'upstream_unavailable',
      true,
    ],
  ])('HTTP %i %j is %s', (status, body, code, retryable) => {
    expect(http(status, body)).toMatchObject({ code, retryable, status });
  });

  it('keeps the words of the provider, whatever form they have', () => {
    expect(http(400, { error: { message: 'm' } }).message).toBe('answered HTTP 400: m');
    expect(http(400, { error: 'text' }).message).toBe('answered HTTP 400: text');
    expect(http(400, { message: 'm' }).message).toBe('answered HTTP 400: m');
    expect(http(400, 'plain').message).toBe('answered HTTP 400: plain');
    expect(http(502, '<html>').message).toBe('answered HTTP 502: status text');
  });

  it.each([
    [{ 'retry-after': '2' }, 'x', 2000],
    [{ 'retry-after-ms': '150', 'retry-after': '9' }, 'x', 150],
    [{ 'retry-after': new Date(Date.now() - 1000).toUTCString() }, 'x', 0],
    [{}, 'Please try again in 1.5s.', 1500],
    [{}, 'Please try again in 20ms.', 20],
    [{}, 'x', undefined],
  ])('reads the wait from %j and "%s"', (headers, message, expected) => {
    expect(http(429, { error: { message } }, headers as Record<string, string>).retryAfterMs).toBe(expected);
  });

  it('names the network error, however deep it is', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(upstreamErrorOf(new TypeError('fetch failed', { cause }))).toMatchObject({
      code: 'upstream_unavailable',
      retryable: true,
      message: 'cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it.each([
    new UnsupportedFunctionalityError({ functionality: 'file part media type application/zip' }),
    new RangeError('Maximum call stack size exceeded'),
  ])('blames the request, not the provider, for %s', (error) => {
    const failure = upstreamErrorOf(error);
    expect(failure).toMatchObject({ code: 'upstream_error', status: 400, retryable: false });
    expect(failure.message).toBe(`cannot take the request: ${error.message}`);
  });

  it.each([
    [{ type: 'overloaded_error', message: 'm' }, 'upstream_unavailable', true],
    [{ type: 'invalid_request_error', message: 'm' }, 'upstream_error', false],
    [{ type: 'authentication_error', message: 'm' }, 'upstream_unauthorized', false],
    [{ code: 'invalid_prompt', message: 'm' }, 'upstream_error', false],
    [{ code: 'insufficient_quota', message: 'm' }, 'usage_limit_exceeded', false],
    [{ code: 429, status: 'RESOURCE_EXHAUSTED', message: 'm' }, 'rate_limit_exceeded', true],
    [{ statusCode: 529, message: 'm' }, 'upstream_unavailable', true],
    [{ message: 'm' }, 'upstream_unavailable', true],
  ])('inside a stream %j is %s', (chunk, code, retryable) => {
    expect(upstreamErrorOf(chunk)).toMatchObject({ code, retryable });
  });

  it('reads an error object of a stream', () => {
    expect(upstreamErrorOf({ message: 'busy', type: 'rate_limit_error' })).toMatchObject({
      code: 'rate_limit_exceeded',
    });
  });
});

describe('redactKeys', () => {
  it('takes out the key and what looks like one', () => {
    expect(redactKeys('bad key abc123 and sk-proj-0123456789 here', 'abc123')).toBe('bad key [key] and [key] here');
    expect(redactKeys('Incorrect API key provided', undefined)).toBe('Incorrect API key provided');
  });
});

describe('redactFailure', () => {
  it('takes the key out of a copy, and leaves a failure alone that has none', () => {
    const refusal = new OpenAiError(400, 'invalid_request', 'not abc123', 'tools');
    const failure = new UpstreamError('upstream_error', 'knows abc123', { status: 400, cause: refusal });
    const redacted = redactFailure(failure, 'abc123');
    expect(redacted).toMatchObject({ code: 'upstream_error', message: 'knows [key]', status: 400, retryable: false });
    expect(redacted.cause).toBeInstanceOf(OpenAiError);
    expect(redacted.cause).toMatchObject({ message: 'not [key]', status: 400 });
    expect(redactFailure(failure, 'another')).toBe(failure);
  });
});
