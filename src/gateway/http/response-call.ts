import { ResponseMemory } from '../responses/response-memory';
import { ResponsesRequest } from '../protocol/responses-request';
import { CallEndpoint } from '../usage/metered-call';
import { Caller } from './caller';

/** A request for a response, from whom, and over which connection if that remembers anything. */
export interface ResponseCall {
  readonly request: ResponsesRequest;
  readonly caller: Caller;
  readonly memory?: ResponseMemory;
  /** Default: `responses`. */
  readonly endpoint?: CallEndpoint;
}
