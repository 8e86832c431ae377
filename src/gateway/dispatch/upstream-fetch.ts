import { Agent, fetch as fetchOfUndici } from 'undici';
import { UpstreamTimeouts } from '../backends/backend';
import { withMargin } from './attempt-watch';
import { withJoinedChunks } from './joined-chunks';

/** A kept connection is closed before most servers close theirs, so that no request falls into the gap. */
const KEEP_ALIVE_MS = 4_000;

const fetches = new Map<string, typeof fetch>();

/**
 * `fetch` with the limits of a deployment; all with the same limits share their connections. Node's own gives up
 * after 300 s whatever the configuration says, and takes no agent of a newer undici. Bodies are texts or bytes, as the
 * AI SDK's providers send them.
 */
export function upstreamFetch(timeouts: UpstreamTimeouts): typeof fetch {
  const { connectMs, firstByteMs, idleMs } = withMargin(timeouts);
  const key = `${connectMs} ${firstByteMs} ${idleMs}`;
  const known = fetches.get(key);
  if (known !== undefined) return known;
  const dispatcher = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: firstByteMs,
    bodyTimeout: idleMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const made: typeof fetch = async (input, { method, headers, body, signal } = {}) => {
    const answer = await fetchOfUndici(input instanceof Request ? input.url : input, {
      ...{ method, signal, dispatcher },
      headers: Object.fromEntries(new Headers(headers)),
      body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
    });
    return isChatStream(answer) ? withBody(answer, withJoinedChunks(answer.body)) : answer;
  };
  fetches.set(key, made);
  return made;
}

const isChatStream = (answer: Response): answer is Response & { readonly body: ReadableStream<Uint8Array> } =>
  answer.body !== null &&
  new URL(answer.url).pathname.endsWith('/chat/completions') &&
  answer.headers.get('content-type')?.startsWith('text/event-stream') === true;

const withBody = ({ status, statusText, headers }: Response, body: ReadableStream<Uint8Array>): Response =>
  new Response(body, { status, statusText, headers });
