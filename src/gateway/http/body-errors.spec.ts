import type { NextFunction, Request, Response } from 'express';
import { openAiBodyErrors } from './body-errors';

function answerTo(error: unknown): { status?: number; body?: unknown; passedOn?: unknown } {
  const answer: { status?: number; body?: unknown; passedOn?: unknown } = {};
  const response = {
    headersSent: false,
    status: (status: number) => ((answer.status = status), response),
    json: (body: unknown) => (answer.body = body),
  };
  const next: NextFunction = (cause?: unknown) => void (answer.passedOn = cause);
  void openAiBodyErrors(error, {} as Request, response as unknown as Response, next);
  return answer;
}

const fault = (type: string, status: number, more: object = {}): Error =>
  Object.assign(new Error(type), { type, status, ...more });

describe('a body of /v1 that cannot be read', () => {
  it.each([
    [fault('entity.parse.failed', 400), 400, 'invalid_json'],
    [fault('entity.too.large', 413, { limit: 268_435_456 }), 413, 'request_too_large'],
    [fault('encoding.unsupported', 415), 415, 'unsupported_encoding'],
    [fault('request.aborted', 400), 400, 'invalid_body'],
  ])('is answered in the form of OpenAI: %s', (error, status, code) => {
    expect(answerTo(error)).toMatchObject({ status, body: { error: { code, type: 'invalid_request_error' } } });
  });

  it('is not what other errors are', () => {
    const error = new Error('x');
    expect(answerTo(error)).toEqual({ passedOn: error });
  });
});
