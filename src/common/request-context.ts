import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  readonly requestId: string;
}

/** What is known of the request that is being served; each log line takes its id from here. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
