import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { DomainError } from '../../../common/domain.error';
import { ComponentLogger, Logger } from '../../../common/logger';
import { OpenAiError, openAiErrorOf } from '../openai.error';

/** Errors of `/v1` in OpenAI's form instead of a problem document. */
@Catch()
export class OpenAiErrorFilter implements ExceptionFilter {
  private readonly logger: ComponentLogger;

  constructor(logger: Logger) {
    this.logger = logger.child({ component: 'gateway' });
  }

  catch(exception: unknown, host: ArgumentsHost): void {
    this.answer(exception, host.switchToHttp().getResponse<ServerResponse>());
  }

  /** A client that has been sent something already loses its connection. */
  answer(exception: unknown, response: ServerResponse): void {
    if (response.headersSent) return void response.destroy();
    const error = this.asOpenAiError(exception);
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    sendJson(response, error.status, error.body);
  }

  private asOpenAiError(exception: unknown): OpenAiError {
    if (exception instanceof OpenAiError) return exception;
    if (exception instanceof DomainError) return openAiErrorOf(exception);
    if (exception instanceof HttpException)
      return new OpenAiError(exception.getStatus(), 'http_error', exception.message);
    this.logger.error({ err: exception }, 'a request to /v1 failed');
    return new OpenAiError(500, 'internal_error', 'The gateway failed; its log says why.');
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}
