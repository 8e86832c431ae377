import type { ErrorRequestHandler } from 'express';
import { OpenAiError } from '../errors/openai.error';

/** What the body parser says of a body it does not take, https://github.com/expressjs/body-parser#errors. */
interface BodyFault {
  readonly type: string;
  readonly status: number;
  readonly limit?: number;
}

const MEGABYTE = 1024 * 1024;

/** Answers for bodies of `/v1` that cannot be read, in the form that OpenAI's clients know; goes right after the parser. */
export const openAiBodyErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!isBodyFault(error) || response.headersSent) return next(error);
  const { status, body } = openAiErrorOf(error);
  response.status(status).json(body);
};

function openAiErrorOf({ type, status, limit }: BodyFault): OpenAiError {
  if (type === 'entity.too.large') {
    const most = limit === undefined ? '' : ` of ${Math.floor(limit / MEGABYTE)} MB`;
    return new OpenAiError(413, 'request_too_large', `The request body is larger than the limit${most}.`);
  }
  if (type === 'entity.parse.failed') {
    return new OpenAiError(400, 'invalid_json', 'The request body is not a JSON object.');
  }
  if (status === 415) return new OpenAiError(415, 'unsupported_encoding', `The request body cannot be read: ${type}.`);
  return new OpenAiError(400, 'invalid_body', `The request body cannot be read: ${type}.`);
}

const isBodyFault = (error: unknown): error is BodyFault =>
  error instanceof Error &&
  'type' in error &&
  typeof error.type === 'string' &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status < 500;
