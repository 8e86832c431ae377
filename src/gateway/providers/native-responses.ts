import { upstreamErrorOfHttp } from '../errors/upstream-failure';
import { JsonObject } from '../protocol/json';
import { ResponsesRequest } from '../protocol/responses-request';
import { isEnvelope } from '../translate/reasoning-envelope';
import { waitForRetry } from './retry';

export interface NativeCall {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly request: ResponsesRequest;
}

/**
 * Calls a provider that speaks the Responses API; its answer is passed on as it comes. A request that fails before
 * its answer begins is repeated.
 *
 * @throws UpstreamError for an error answer and for no answer; the signal's reason when it is aborted.
 */
export async function callNative(call: NativeCall, signal: AbortSignal): Promise<globalThis.Response> {
  const body = JSON.stringify(nativeBody(call));
  for (let attempt = 0; ; attempt++) {
    try {
      return await post(call, body, signal);
    } catch (error) {
      await waitForRetry(error, attempt, signal);
    }
  }
}

async function post(
  { baseUrl, apiKey, request }: NativeCall,
  body: string,
  signal: AbortSignal,
): Promise<globalThis.Response> {
  const answer = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: request.stream ? 'text/event-stream' : 'application/json',
      'user-agent': 'codex-relay',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body,
    signal,
  });
  if (answer.ok) return answer;
  const { status, statusText, headers } = answer;
  const header = (name: string): string | undefined => headers.get(name) ?? undefined;
  throw upstreamErrorOfHttp({ status, statusText, header, body: await answer.text() });
}

/**
 * The request for the provider: its own model name, without codex's metadata of this installation and without the
 * reasoning of other backends, which it could not read.
 */
function nativeBody({ request, model }: NativeCall): JsonObject {
  const foreign = (item: JsonObject): boolean => item.type === 'reasoning' && isEnvelope(item.encrypted_content);
  const input = request.input.some(foreign) ? request.input.filter((item) => !foreign(item)) : request.body.input;
  return { ...request.body, model, input, client_metadata: undefined };
}
