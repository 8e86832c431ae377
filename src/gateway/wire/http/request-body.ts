import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import express, { Request, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import type { Observable } from 'rxjs';
import { entryOf } from '../json';
import { OpenAiError } from '../openai.error';

/** Longest request, in bytes: images and the history of a long conversation. */
export const MAX_REQUEST_BYTES = 256 * 1024 * 1024;

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflateZlib: Decompress = promisify(inflate);
const inflateBare: Decompress = promisify(inflateRaw);

/** The content codings that are taken, the same as the body parser's. Some clients send `deflate` without its zlib header. */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflateZlib : inflateBare)(bytes, options),
};

/** The body of a request, unread until now and uncompressed. @throws OpenAiError 400, 413 or 415. */
export async function requestBytes(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const decompress = entryOf(DECOMPRESS, encoding);
  if (decompress === undefined && encoding !== 'identity') {
    throw new OpenAiError(415, 'unsupported_encoding', `The content encoding "${encoding}" is not taken here.`);
  }
  requireAllowedLength(request);
  const bytes = await collected(request);
  return decompress === undefined ? bytes : decompressed(bytes, decompress);
}

async function decompressed(bytes: Buffer, decompress: Decompress): Promise<Buffer> {
  try {
    return await decompress(bytes, { maxOutputLength: MAX_REQUEST_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    const message = error instanceof Error ? error.message : String(error);
    throw new OpenAiError(400, 'invalid_body', `The request body cannot be read: ${message}.`);
  }
}

/** @throws OpenAiError 413 for a body that says that it is too long. */
function requireAllowedLength({ headers }: IncomingMessage): void {
  if (Number(headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) throw tooLarge();
}

function collected(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_REQUEST_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks, bytes)));
    request.once('error', reject);
    request.once('close', () => request.complete || reject(brokenOff()));
  });
}

export const tooLarge = (): OpenAiError =>
  new OpenAiError(413, 'request_too_large', `A request has at most ${MAX_REQUEST_BYTES / 1024 / 1024} MB.`);

const brokenOff = (): OpenAiError => new OpenAiError(400, 'invalid_request', 'The body broke off.');

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
  const description = `The request body cannot be read: ${type ?? message}.`;
  return status === 415
    ? new OpenAiError(415, 'unsupported_encoding', description)
    : new OpenAiError(400, 'invalid_body', description);
}

const isBodyFault = (error: unknown): error is BodyFault =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;
