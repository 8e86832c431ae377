import type { CustomFetch } from 'openid-client';
import { request } from 'undici';
import { isObject } from '../../gateway/wire/json';
import type { McpScope } from '../catalog/mcp-server';
import { HostGuard } from '../net/host-guard';

const MAX_BYTES = 256 * 1024;
const TIMEOUT_MS = 10_000;

/** A fetch for what is said about sign-ins: by the guard's way, bounded, with a deadline, and without redirects. */
export const guardedFetch =
  (guard: HostGuard, scope: McpScope): CustomFetch =>
  async (address, { method, headers, body }) => {
    const url = new URL(address);
    const answer = await request(url, {
      ...{ method: method as 'GET' | 'POST', headers: { ...headers, 'accept-encoding': 'identity' } },
      body: body == null ? undefined : textOf(body),
      ...{ signal: AbortSignal.timeout(TIMEOUT_MS), dispatcher: guard.wayTo(url, scope) },
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of answer.body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > MAX_BYTES) throw new Error(`${url.host} has answered with too much`);
      pieces.push(piece);
    }
    const { statusCode: status } = answer;
    const shown = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name, one]),
    );
    // A status that allows no body takes none.
    const content = [101, 204, 205, 304].includes(status) ? null : Buffer.concat(pieces);
    return new Response(content, { status, headers: shown as [string, string][] });
  };

/** A JSON object from an address; undefined where there is none. @throws Error of the network */
export async function fetchedObject(
  fetching: CustomFetch,
  url: URL,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const headers = { accept: 'application/json' };
  const answer = await fetching(url.href, { method: 'GET', headers, body: null, redirect: 'manual' });
  if (!answer.ok) return undefined;
  const value: unknown = await answer.json().catch(() => undefined);
  return isObject(value) ? value : undefined;
}

/** Of the forms and JSON texts that OAuth sends. */
const textOf = (body: unknown): string => (body instanceof URLSearchParams ? body.toString() : String(body));
