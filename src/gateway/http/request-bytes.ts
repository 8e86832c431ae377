import type { IncomingMessage } from 'node:http';
import { OpenAiError } from '../errors/openai.error';

/** Longest request, in bytes: images and the history of a long conversation. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Whether a path below `/v1` reads the bytes of its body itself, instead of a body parser. */
export const takesBytes = (path: string): boolean => path.startsWith('/chat/completions');

/** The body of a request, unread until now. @throws OpenAiError 413 or 415. */
export async function requestBytes(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new OpenAiError(415, 'unsupported_encoding', `The content encoding "${encoding}" is not taken here.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge();
  return collected(request);
}

function collected(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks, bytes)));
    request.once('error', reject);
    request.once('close', () => request.complete || reject(brokenOff()));
  });
}

const tooLarge = (): OpenAiError =>
  new OpenAiError(413, 'request_too_large', `A request has at most ${MAX_BYTES / 1024 / 1024} MB.`);

const brokenOff = (): OpenAiError => new OpenAiError(400, 'invalid_request', 'The body broke off.');
