import { ApiProblem, NetworkProblem } from './problem';
import { askForSignIn } from './sign-in';

interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Media type of the answer; left out: JSON. */
  accept?: string;
  query?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  /** `no-store`: what the browser has kept of it is not used. */
  cache?: RequestCache;
}

/**
 * Calls `/api/v1<path>` of the service that the page comes from, which may lie below a path of a proxy's.
 *
 * @throws ApiProblem when the server refuses, NetworkProblem when no answer came
 */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await send(`api/v1${path}${queryString(options.query)}`, options);
  if (response.status === 401) askForSignIn();
  if (!response.ok) throw await ApiProblem.fromResponse(response);
  return response;
}

async function send(
  url: string,
  { method = 'GET', body, accept = 'application/json', headers: given, cache }: RequestOptions,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      cache,
      headers: requestHeaders(accept, body !== undefined, given),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new NetworkProblem();
  }
}

function requestHeaders(accept: string, hasBody: boolean, given: Record<string, string> = {}): Headers {
  const headers = new Headers({ accept, ...given });
  if (hasBody) headers.set('content-type', 'application/json');
  return headers;
}

function queryString(query: RequestOptions['query'] = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) params.set(key, String(value));
  }
  return params.size > 0 ? `?${params.toString()}` : '';
}
