import { Agent, fetch as fetchOfUndici } from 'undici';
import { UpstreamTimeouts } from '../backends/backend';

/** A kept connection is closed before most servers close theirs, so that no request falls into the gap. */
const KEEP_ALIVE_MS = 4_000;

/** The attempt's own watch ends a silence first, in better words. */
const MARGIN_MS = 2_000;

const fetches = new Map<string, typeof fetch>();

/**
 * `fetch` with the limits of a deployment; all with the same limits share their connections. Node's own gives up
 * after 300 s whatever the configuration says, and takes no agent of a newer undici. Bodies are texts or bytes, as the
 * AI SDK's providers send them.
 */
export function upstreamFetch({ connectMs, firstByteMs, idleMs }: UpstreamTimeouts): typeof fetch {
  const key = `${connectMs} ${firstByteMs} ${idleMs}`;
  const known = fetches.get(key);
  if (known !== undefined) return known;
  const dispatcher = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: firstByteMs + MARGIN_MS,
    bodyTimeout: idleMs + MARGIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const made: typeof fetch = (input, { method, headers, body, signal } = {}) =>
    fetchOfUndici(input instanceof Request ? input.url : input, {
      ...{ method, signal, dispatcher },
      headers: Object.fromEntries(new Headers(headers)),
      body: typeof body === 'string' || body instanceof Uint8Array ? body : undefined,
    });
  fetches.set(key, made);
  return made;
}
