import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { UpstreamTimeouts } from '../../catalog/backend';
import { UpstreamExchange, UpstreamReader } from './upstream-exchange';

/** One POST to a provider. */
export interface UpstreamCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In pieces. */
  readonly body: readonly Uint8Array[];
  readonly timeouts: UpstreamTimeouts;
}

/** The proxies of the environment; empty for none. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** What is left out undici would read of the process's environment itself. */
const proxyAgent = ({ httpProxy, httpsProxy, noProxy }: Proxies, options: EnvHttpProxyAgent.Options): Dispatcher =>
  new EnvHttpProxyAgent({ ...options, httpProxy, httpsProxy: httpsProxy || httpProxy, noProxy });

/** Limits of a connection under a watch, which ends a silence first and in better words. */
const MARGIN_MS = 2_000;

export const withMargin = (timeouts: UpstreamTimeouts): UpstreamTimeouts => ({
  ...timeouts,
  firstByteMs: timeouts.firstByteMs + MARGIN_MS,
  idleMs: timeouts.idleMs + MARGIN_MS,
});

/** Origins whose connections are kept; more than any file of backends has. */
const MAX_POOLS = 256;

/**
 * How long an idle connection is kept when the provider does not say: uvicorn (vLLM and other servers of one's own)
 * closes after 5 s without a word, the providers behind TLS after 60 s or more.
 */
const PLAIN_IDLE_MS = 4_000;
const TLS_IDLE_MS = 50_000;

/**
 * Bytes up to which pieces are put together. Longer ones are written as they are: a copy of each request's history would
 * be most of what V8 has to collect, a whole collection of 100 ms for every dozen requests of 200 KB (measured).
 */
const SHORT_BYTES = 32 * 1024;

/**
 * Connections to the providers, kept open between calls.
 *
 * undici's own `dispatch`, without the streams around it: a bare proxy made of it adds 0.06 ms a call beside 0.085 ms
 * of one made of `http.request`, and does 5,700 calls/s beside 4,460 at 16 clients (undici 8.12, Node 24.21, 2 cores).
 */
@Injectable()
export class UpstreamPool implements OnApplicationShutdown {
  private readonly pools = new Map<string, Dispatcher>();
  private proxies: Proxies | undefined;

  /** Reaches providers by proxies from now on, or by none. */
  use(proxies: Proxies): this {
    const isAny = proxies.httpProxy !== '' || proxies.httpsProxy !== '';
    if (!isAny && this.proxies === undefined) return this;
    this.proxies = isAny ? proxies : undefined;
    const others = [...this.pools.values()];
    this.pools.clear();
    for (const pool of others) void pool.close();
    return this;
  }

  /**
   * Resolves when the answer has been read to its end.
   *
   * @throws UpstreamError for an error answer, no answer, silence and an answer that broke off; when the signal is
   * aborted, at once: its reason if that is an UpstreamError, else an AbortError.
   */
  post({ url, headers, body, timeouts }: UpstreamCall, reader: UpstreamReader, signal: AbortSignal): Promise<void> {
    const { origin, pathname, search } = new URL(url);
    return new Promise((resolve, reject) => {
      const exchange = new UpstreamExchange(reader, timeouts, signal, (error) => (error ? reject(error) : resolve()));
      const request = {
        // undici takes whatever can be iterated, as its documentation says and its types do not.
        ...{ origin, method: 'POST', path: pathname + search, body: joinedShort(body) as Uint8Array },
        headers: {
          'content-type': 'application/json',
          'content-length': String(lengthOf(body)),
          'accept-encoding': 'identity',
          'user-agent': 'codex-relay',
          ...headers,
        },
        ...{ headersTimeout: timeouts.firstByteMs, bodyTimeout: timeouts.idleMs },
      };
      this.poolOf(origin, timeouts.connectMs).dispatch(request, exchange);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private poolOf(origin: string, connectMs: number): Dispatcher {
    const key = `${origin} ${connectMs}`;
    const known = this.pools.get(key);
    if (known !== undefined) return known;
    const options = {
      keepAliveTimeout: origin.startsWith('https:') ? TLS_IDLE_MS : PLAIN_IDLE_MS,
      connectTimeout: connectMs,
      allowH2: false,
    };
    const pool = this.proxies === undefined ? new Pool(origin, options) : proxyAgent(this.proxies, options);
    this.pools.set(key, pool);
    this.dropOldest();
    return pool;
  }

  private dropOldest(): void {
    if (this.pools.size <= MAX_POOLS) return;
    const [oldest] = this.pools;
    if (oldest === undefined) return;
    this.pools.delete(oldest[0]);
    void oldest[1].close();
  }
}

/** Of the whole process: the AI SDK's model objects, which outlive a request, use it, too. */
export const upstreamPool = new UpstreamPool();

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

/** The same bytes in one piece, or in several with neighbours joined that are short together. */
function joinedShort(pieces: readonly Uint8Array[]): Uint8Array | Uint8Array[] {
  const joined: Uint8Array[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last === undefined || last.length + piece.length > SHORT_BYTES) joined.push(piece);
    else joined[joined.length - 1] = Buffer.concat([last, piece]);
  }
  const [only, ...more] = joined;
  return only !== undefined && more.length === 0 ? only : joined;
}
