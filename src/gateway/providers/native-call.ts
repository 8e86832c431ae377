import { Deployment } from '../catalog/deployment';
import { JsonObject } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { ResponsesRequest } from '../wire/responses-request';
import { NativeProvider } from './provider';
import { isEnvelope } from './translation/reasoning-envelope';
import { upstreamFetch } from './upstream/upstream-fetch';
import { UpstreamCall } from './upstream/upstream-pool';

/**
 * Asks a provider that speaks the Responses API, once; its answer is passed on as it comes.
 *
 * @throws UpstreamError for an error answer; what `fetch` throws for none; the signal's reason when it is aborted.
 */
export function callNative(
  provider: NativeProvider,
  deployment: Deployment,
  request: ResponsesRequest,
  signal: AbortSignal,
): Promise<globalThis.Response> {
  const { url, headers, body, timeouts } = nativeCall(provider, deployment, request);
  return upstreamFetch(timeouts)(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'codex-relay', ...headers },
    body: new Uint8Array(Buffer.concat(body)),
    signal,
  });
}

/** The request for the provider: its own model name, and nothing that only this gateway could read. */
export function nativeCall(provider: NativeProvider, deployment: Deployment, request: ResponsesRequest): UpstreamCall {
  const { url, headers } = provider.responses(deployment);
  const accept = request.stream ? 'text/event-stream' : 'application/json';
  const body = nativeBody(request, { model: deployment.model, ...WITHOUT_METADATA });
  return { url, headers: { accept, ...headers }, body, timeouts: deployment.timeouts };
}

/** Codex's own description of this installation stays here. */
const WITHOUT_METADATA = { client_metadata: undefined };

/** Without the reasoning of other backends. */
function nativeBody(request: ResponsesRequest, values: JsonObject): Buffer[] {
  const { source, body } = request;
  if (source !== undefined) return withFields(source.bytes, values, source.spans);
  const { input } = request;
  const foreign = (item: JsonObject): boolean => item.type === 'reasoning' && isEnvelope(item.encrypted_content);
  const readable = input.some(foreign) ? input.filter((item) => !foreign(item)) : body.input;
  return [Buffer.from(JSON.stringify({ ...body, ...values, input: readable }))];
}
