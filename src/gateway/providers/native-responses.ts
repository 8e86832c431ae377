import { Deployment } from '../dispatch/deployment';
import { upstreamFetch } from '../dispatch/upstream-fetch';
import { upstreamErrorOfHttp } from '../errors/upstream-failure';
import { JsonObject } from '../protocol/json';
import { ResponsesRequest } from '../protocol/responses-request';
import { isEnvelope } from '../translate/reasoning-envelope';
import { NativeProvider } from './provider';

/**
 * Calls a provider that speaks the Responses API, once; its answer is passed on as it comes.
 *
 * @throws UpstreamError for an error answer; what `fetch` throws for none; the signal's reason when it is aborted.
 */
export async function callNative(
  provider: NativeProvider,
  deployment: Deployment,
  request: ResponsesRequest,
  signal: AbortSignal,
): Promise<globalThis.Response> {
  const { url, headers } = provider.responses(deployment);
  const answer = await upstreamFetch(deployment.timeouts)(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: request.stream ? 'text/event-stream' : 'application/json',
      'user-agent': 'codex-relay',
      ...headers,
    },
    body: JSON.stringify(nativeBody(request, deployment.model)),
    signal,
  });
  if (answer.ok) return answer;
  const { status, statusText, headers: answered } = answer;
  const header = (name: string): string | undefined => answered.get(name) ?? undefined;
  throw upstreamErrorOfHttp({ status, statusText, header, body: await answer.text() });
}

/**
 * The request for the provider: its own model name, without codex's metadata of this installation and without the
 * reasoning of other backends, which it could not read.
 */
function nativeBody(request: ResponsesRequest, model: string): JsonObject {
  const foreign = (item: JsonObject): boolean => item.type === 'reasoning' && isEnvelope(item.encrypted_content);
  const input = request.input.some(foreign) ? request.input.filter((item) => !foreign(item)) : request.body.input;
  return { ...request.body, model, input, client_metadata: undefined };
}
