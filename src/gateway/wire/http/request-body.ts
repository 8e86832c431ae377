import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Observable } from 'rxjs';
import { DomainError } from '../../../common/domain.error';
import { requestBytes as bytesOf } from '../../../common/request-bytes';
import { isObject, parseJson } from '../json';
import { OpenAiError, openAiErrorOf } from '../openai.error';

/** Longest request, in bytes: images and the history of a long conversation. */
export const MAX_REQUEST_BYTES = 256 * 1024 * 1024;

/** The codes of `/v1` for what the reader of all APIs refuses. */
const CODES: Readonly<Record<string, string>> = {
  payload_too_large: 'request_too_large',
  request_aborted: 'invalid_request',
};

/** The body of a request, unread until now, uncompressed and in UTF-8. @throws OpenAiError 400, 413 or 415. */
export async function requestBytes(request: IncomingMessage): Promise<Buffer> {
  try {
    return await bytesOf(request, MAX_REQUEST_BYTES);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw openAiErrorOf(new DomainError(error.status, CODES[error.code] ?? error.code, error.detail));
  }
}

/** Reads a body of JSON, whatever type it is said to have, once the guard has let the caller in: nobody else is listened to for 256 MB. */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  /** @throws OpenAiError 400, 413 or 415 for a body that cannot be read, or is no object. */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const bytes = await requestBytes(request);
    if (bytes.length > 0) request.body = jsonOf(bytes);
    return next.handle();
  }
}

function jsonOf(bytes: Buffer): unknown {
  const body = parseJson(bytes.toString());
  if (isObject(body) || Array.isArray(body)) return body;
  throw new OpenAiError(400, 'invalid_json', 'The request body is not a JSON object.');
}
