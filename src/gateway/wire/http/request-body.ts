import type { IncomingMessage } from 'node:http';
import { OpenAiError } from '../openai.error';

/** Longest request, in bytes: images and the history of a long conversation. */
export const MAX_REQUEST_BYTES = 256 * 1024 * 1024;

/** The body of a request, unread until now. @throws OpenAiError 413 or 415. */
export async function requestBytes(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new OpenAiError(415, 'unsupported_encoding', `The content encoding "${encoding}" is not taken here.`);
  }
  requireAllowedLength(request);
  return collected(request);
}

/** @throws OpenAiError 413 for a body that says that it is too long. */
export function requireAllowedLength({ headers }: IncomingMessage): void {
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
