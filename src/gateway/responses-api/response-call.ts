import type { IncomingHttpHeaders } from 'node:http';
import { CallEndpoint } from '../accounts/metered-call';
import { Caller, callerOf } from '../routing/backend-router';
import { GatewayCaller } from '../wire/gateway-caller';
import { checkPictures } from '../wire/input-check';
import { checkResponsesRequest } from '../wire/request-check';
import { readResponsesRequest, ResponsesRequest } from '../wire/responses-request';
import { ClientProfile, clientProfileOf } from './client-profile';
import { ResponseMemory } from './stored/response-memory';

/** A request for a response as it arrived: from whom, and over which connection if that remembers anything. */
export interface ResponseCall {
  readonly request: ResponsesRequest;
  readonly caller: Caller;
  readonly profile: ClientProfile;
  /** Of a WebSocket connection. */
  readonly memory?: ResponseMemory;
  /** Default: `responses`. */
  readonly endpoint?: CallEndpoint;
}

/** Headers and caller of a request that the access guard has let in. */
export interface AdmittedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly gatewayCaller?: GatewayCaller;
}

export function responseCallOf(
  request: ResponsesRequest,
  { headers, gatewayCaller }: AdmittedRequest,
  memory?: ResponseMemory,
): ResponseCall {
  const caller = callerOf(headers, request.body, gatewayCaller);
  return { request, caller, profile: clientProfileOf(headers, gatewayCaller, memory !== undefined), memory };
}

/** Reads a request, strictly where the client's profile says so. @throws OpenAiError 400 that names the field. */
export function readResponseCall(body: unknown, admitted: AdmittedRequest, memory?: ResponseMemory): ResponseCall {
  const call = responseCallOf(readResponsesRequest(body), admitted, memory);
  if (call.profile.checksRequests) checkResponsesRequest(call.request.body);
  // What an app-server of this service sends has been checked as it came in.
  else if ((admitted.gatewayCaller?.kind ?? 'instance') !== 'instance') checkPictures(call.request.body.input);
  return call;
}
