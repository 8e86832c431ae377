import type { IncomingHttpHeaders } from 'node:http';
import { GatewayCaller } from '../wire/gateway-caller';
import { checkResponsesRequest } from '../wire/request-check';
import { readResponsesRequest } from '../wire/responses-request';
import { ResponseCall } from './response-call';
import { callerOf, isStrict } from '../routing/caller';

/** Headers and caller of a request that the access guard has let in. */
export interface AdmittedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly gatewayCaller?: GatewayCaller;
}

/**
 * Reads a request for a response: leniently from codex, which sends more than any specification knows, and strictly
 * from everybody outside.
 *
 * @throws OpenAiError 400 that names the field.
 */
export function readResponseCall(body: unknown, { headers, gatewayCaller }: AdmittedRequest): ResponseCall {
  const request = readResponsesRequest(body);
  const caller = callerOf(headers, request.body, gatewayCaller);
  if (isStrict(caller)) checkResponsesRequest(request.body);
  return { request, caller };
}
