import { openAiErrorOf } from './request-body';

describe('a body of /v1 that cannot be read', () => {
  it.each([
    [{ type: 'entity.parse.failed', status: 400 }, 400, 'invalid_json'],
    [{ type: 'entity.too.large', status: 413, limit: 268_435_456 }, 413, 'request_too_large'],
    [{ type: 'encoding.unsupported', status: 415 }, 415, 'unsupported_encoding'],
    [{ message: 'incorrect header check', status: 400 }, 400, 'invalid_body'],
    [{ type: 'request.aborted', status: 400 }, 400, 'invalid_body'],
  ])('is reported in the form of OpenAI: %s', (fault, status, code) => {
    expect(openAiErrorOf(fault)).toMatchObject({ status, body: { error: { code, type: 'invalid_request_error' } } });
  });
});
