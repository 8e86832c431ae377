import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';
import { constants } from 'node:zlib';

/** An answer of fewer bytes fits into one packet either way. */
const THRESHOLD_BYTES = 1024;
/** Of Brotli: about as fast as gzip, and a tenth smaller. */
const BROTLI_QUALITY = 5;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };

const PARTIAL_CONTENT = 206;

/** The gateway's: its streams must not wait for a compressor, and its clients are programs beside it. */
const GATEWAY = /^\/v1(?:[/?]|$)/;

/**
 * `Cache-Control` of an answer that shows a secret beside what its caller chose: how well the two compress together would
 * tell of the secret (BREACH), so neither this service nor a proxy may compress it.
 */
export const SECRET_ANSWER = 'no-store, no-transform';

/**
 * Compresses JSON, scripts, styles and pages as the caller accepts it: Brotli or gzip. Left as they are: event streams, what is
 * compressed already, parts of files, what says `no-transform`, small answers, answers to HEAD, and the gateway's.
 */
export function compressedAnswers(): RequestHandler {
  const compress = compression({ threshold: THRESHOLD_BYTES, brotli: BROTLI, filter: isCompressible });
  return (request, response, next) => (GATEWAY.test(request.url) ? next() : compress(request, response, next));
}

const isCompressible: compression.CompressionFilter = (request: Request, response) => {
  const type = String(response.getHeader('Content-Type') ?? '');
  if (response.statusCode === PARTIAL_CONTENT || type.startsWith('text/event-stream')) return false;
  if (!compression.filter(request, response)) return false;
  weakenTag(response);
  return true;
};

/** A strong `ETag` promises the same bytes, which an answer does not have that is compressed for some. */
function weakenTag(response: Response): void {
  const tag = response.getHeader('ETag');
  if (typeof tag === 'string' && tag.startsWith('"')) response.setHeader('ETag', `W/${tag}`);
}
