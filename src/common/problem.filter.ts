import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { STATUS_CODES } from 'node:http';
import { DomainError } from './domain.error';
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

/** A refusal as it is sent: what its headers say, and its problem document. */
export function problemOf(error: DomainError): { headers: Record<string, string>; body: Problem } {
  const { status, code, detail, retryAfterSeconds, limit, queue } = error;
  const body = {
    type: `urn:codex-relay:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    ...{ status, detail, code },
    ...(limit === undefined ? {} : { limit }),
    ...(queue === undefined ? {} : { queue }),
    requestId: requestContext.getStore()?.requestId ?? '',
  };
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(status === 401 ? { 'WWW-Authenticate': CHALLENGE } : {}),
  };
  return { headers, body };
}

/** RFC 6750: what a caller that is not known is to send. */
export const CHALLENGE = 'Bearer realm="codex-relay"';

export function sendProblem(response: Response, error: DomainError): void {
  const { headers, body } = problemOf(error);
  response.status(error.status).set(headers);
  const { challenge } = response.locals;
  if (error.status === 401 && typeof challenge === 'string') response.set('WWW-Authenticate', challenge);
  if (isForGateway(response)) response.type('json').send(JSON.stringify(openAiForm(error)));
  else response.send(JSON.stringify(body));
}

/** What went wrong in our terms; undefined for what nobody foresaw. */
function toDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  return error instanceof HttpException ? fromHttp(error) : undefined;
}

function fromHttp(error: HttpException): DomainError | undefined {
  const status = error.getStatus();
  if (status === 404)
    return new DomainError(404, 'route_not_found', 'There is nothing here; /docs lists what there is.');
  return status < 500 ? new DomainError(status, 'bad_request', error.message) : undefined;
}
