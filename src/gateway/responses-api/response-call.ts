import { ResponseMemory } from './stored/response-memory';
import { ResponsesRequest } from '../wire/responses-request';
import { CallEndpoint } from '../accounts/metered-call';
import { Caller } from '../routing/caller';

/** A request for a response, from whom, and over which connection if that remembers anything. */
export interface ResponseCall {
  readonly request: ResponsesRequest;
  readonly caller: Caller;
  readonly memory?: ResponseMemory;
  /** Default: `responses`. */
  readonly endpoint?: CallEndpoint;
}
