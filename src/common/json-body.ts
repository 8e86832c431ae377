import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { DomainError, invalid } from './domain.error';
import { sendProblem } from './problem.filter';
import { requestBytes } from './request-bytes';

const UNSUPPORTED_MEDIA_TYPE = new DomainError(
  415,
  'unsupported_media_type',
  'The body must be JSON, and the header Content-Type must say so: application/json.',
);
const MALFORMED_JSON = invalid('malformed_json', 'The body is not valid JSON.');

/** What takes its body as it comes, by its path below the API's; a message that is a form, too. */
const STREAMED: readonly (readonly [method: string, path: RegExp])[] = [
  ['PUT', /^\/v1\/chats\/[^/]+\/workspace\/file\/?$/i],
  ['POST', /^\/v1\/chats\/[^/]+\/(?:workspace\/upload|attachments)\/?$/i],
  ['POST', /^\/v1\/files\/upload\/[^/]+\/?$/i],
];
const FORM = /^\/v1\/chats\/[^/]+\/messages\/?$/i;

/**
 * Reads a body of JSON, and refuses one of anything else, but where files come. An empty body is none, whatever its type.
 *
 * To be used below the path of the API.
 */
export function jsonBody(maxBytes: number): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!hasBody(request) || isStreamed(request)) return next();
    read(request, maxBytes).then(
      () => next(),
      (error: unknown) => (error instanceof DomainError ? sendProblem(response, error) : next(error)),
    );
  };
}

async function read(request: Request, maxBytes: number): Promise<void> {
  const bytes = await requestBytes(request, maxBytes);
  if (bytes.length === 0) return;
  if (!isJson(request)) throw UNSUPPORTED_MEDIA_TYPE;
  try {
    request.body = JSON.parse(bytes.toString()) as unknown;
  } catch {
    throw MALFORMED_JSON;
  }
}

function isStreamed(request: Request): boolean {
  if (STREAMED.some(([method, path]) => request.method === method && path.test(request.path))) return true;
  return request.method === 'POST' && FORM.test(request.path) && request.is('multipart/form-data') !== false;
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const isJson = (request: Request): boolean => request.is('application/json') === 'application/json';
