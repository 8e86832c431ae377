import { Deployment } from '../catalog/deployment';
import { JsonObject, textOf } from '../wire/json';
import { withFields } from '../wire/json-spans';
import { ResponsesRequest } from '../wire/responses-request';
import { NativeProvider } from './provider';
import { CallIdMap } from './translation/call-ids';
import { CallIdForm, Dialect } from './translation/dialect';
import { dialectOf } from './translation/dialect-table';
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
  const values = { ...request.added, model: deployment.model, ...WITHOUT_METADATA };
  const body = nativeBody(request, values, dialectOf(deployment.backend.type));
  return { url, headers: { accept, ...headers }, body, timeouts: deployment.timeouts };
}

/** Codex's own description of this installation stays here. */
const WITHOUT_METADATA = { client_metadata: undefined };

/** Without the reasoning of other backends, and with call ids that the provider takes. */
function nativeBody(request: ResponsesRequest, values: JsonObject, dialect: Dialect): Buffer[] {
  const { source, body } = request;
  if (source !== undefined && !hasLongCallIds(source.bytes)) return withFields(source.bytes, values, source.spans);
  const { input } = request;
  const foreign = (item: JsonObject): boolean => item.type === 'reasoning' && isEnvelope(item.encrypted_content);
  const readable = input.filter((item) => !foreign(item));
  const fitted = withCallIds(readable, dialect.callIds);
  const isAsItCame = fitted.length === input.length && fitted.every((item, index) => item === input[index]);
  return [Buffer.from(JSON.stringify({ ...body, ...values, input: isAsItCame ? body.input : fitted }))];
}

const CALL_ID = '"call_id":"';
const QUOTE = 0x22;
const MAX_CALL_ID_BYTES = 64;

/** A search for bytes: a request of codex goes out unread unless it has to be changed. */
function hasLongCallIds(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(CALL_ID); at !== -1; at = bytes.indexOf(CALL_ID, at)) {
    at += CALL_ID.length;
    const end = bytes.indexOf(QUOTE, at);
    if (end - at > MAX_CALL_ID_BYTES) return true;
  }
  return false;
}

/** The items with ids of calls that the provider takes; those that may stay are the same objects. */
function withCallIds(items: readonly JsonObject[], form: CallIdForm): JsonObject[] {
  if (items.every(({ call_id }) => typeof call_id !== 'string' || form.pattern.test(call_id))) return [...items];
  const ids = new CallIdMap(form);
  return items.map((item) => {
    const id = textOf(item.call_id);
    if (id === undefined) return item;
    const taken = textOf(item.type)?.endsWith('_output') === true ? ids.ofResult(id) : ids.ofCall(id);
    return taken === id ? item : { ...item, call_id: taken };
  });
}
