import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { DomainError, invalid, tooLarge } from './domain.error';
import { ComponentLogger } from './logger';
import { Problem } from './problem.dto';
import { requestContext } from './request-context';

/** Turns whatever a handler throws into a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: ComponentLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const known = toDomainError(error);
    if (!known) {
      this.logger.error({ err: error }, 'a request failed');
    } else if (known.cause !== undefined) {
      this.logger.warn({ err: known.cause, code: known.code }, 'a request was refused');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, known ?? INTERNAL);
  }
}

const INTERNAL = new DomainError(500, 'internal_error', 'Something went wrong on the server; its log says what.');

/** What fails before a request comes to the gateway, whose clients read OpenAI's form alone. */
const isForGateway = ({ req }: Response): boolean => /^\/v1(?:[/?]|$)/.test(req.originalUrl);

const openAiForm = ({ status, detail, code }: DomainError): object => ({
  error: { message: detail, type: status < 500 ? 'invalid_request_error' : 'server_error', param: null, code },
});

export function sendProblem(response: Response, error: DomainError): void {
  if (isForGateway(response)) return void response.status(error.status).json(openAiForm(error));
  const problem: Problem = {
    type: `urn:codex-relay:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.detail,
    code: error.code,
    requestId: requestContext.getStore()?.requestId ?? '',
  };
  if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
  response.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** What went wrong in our terms; undefined for what nobody foresaw. */
function toDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error instanceof HttpException) return fromHttp(error);
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  return typeof type === 'string' ? fromBodyParser(type) : undefined;
}

function fromHttp(error: HttpException): DomainError | undefined {
  const status = error.getStatus();
  const cause: unknown = error.cause;
  if (status === 404)
    return new DomainError(404, 'route_not_found', 'There is nothing here; /docs lists what there is.');
  if (status === 400 && cause instanceof SyntaxError) return MALFORMED_JSON;
  if (status === 413) return PAYLOAD_TOO_LARGE;
  if (status === 415) return UNSUPPORTED_ENCODING;
  return status < 500 ? new DomainError(status, 'bad_request', error.message) : undefined;
}

const MALFORMED_JSON = invalid('malformed_json', 'The body is not valid JSON.');
const UNSUPPORTED_ENCODING = new DomainError(
  415,
  'unsupported_encoding',
  'The body must be UTF-8, plain or compressed with gzip, deflate or br.',
);
const PAYLOAD_TOO_LARGE = tooLarge('payload_too_large', 'The body is larger than 16 MiB.');

/** Kinds of error of the body-parser library. */
function fromBodyParser(type: string): DomainError | undefined {
  const errors: Record<string, DomainError> = {
    'entity.parse.failed': MALFORMED_JSON,
    'entity.too.large': PAYLOAD_TOO_LARGE,
    'encoding.unsupported': UNSUPPORTED_ENCODING,
    'charset.unsupported': UNSUPPORTED_ENCODING,
    'request.aborted': invalid('request_aborted', 'The body ended early.'),
    'request.size.invalid': invalid('request_aborted', 'The body is not as long as its Content-Length says.'),
  };
  return errors[type];
}
