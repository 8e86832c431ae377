import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import express, { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { OpenAiError } from '../openai.error';
import { MAX_REQUEST_BYTES, requireAllowedLength, tooLarge } from './request-body';

/** What the body parser says of a body it does not take, https://github.com/expressjs/body-parser#errors. */
interface BodyFault {
  /** None for what the decompression says. */
  readonly type?: string;
  readonly status: number;
  readonly message?: string;
}

/** Whatever type it is said to have. */
const parse = express.json({ limit: MAX_REQUEST_BYTES, type: () => true });

/** Reads a body of JSON once the guard has let the caller in: nobody else is listened to for 256 MB. */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  /** @throws OpenAiError 400, 413 or 415 for a body that cannot be read. */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    // The parser would read it to its end first.
    requireAllowedLength(request);
    await readBody(request, http.getResponse<Response>());
    return next.handle();
  }
}

const readBody = (request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(isBodyFault(error) ? openAiErrorOf(error) : (error as Error));
    });
  });

/** In the form that OpenAI's clients know. */
export function openAiErrorOf({ type, status, message }: BodyFault): OpenAiError {
  if (type === 'entity.too.large') return tooLarge();
  if (type === 'entity.parse.failed') {
    return new OpenAiError(400, 'invalid_json', 'The request body is not a JSON object.');
  }
  const told = `The request body cannot be read: ${type ?? message}.`;
  return status === 415
    ? new OpenAiError(415, 'unsupported_encoding', told)
    : new OpenAiError(400, 'invalid_body', told);
}

const isBodyFault = (error: unknown): error is BodyFault =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
