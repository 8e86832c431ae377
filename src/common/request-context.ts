import { AsyncLocalStorage } from 'node:async_hooks';

export interface RequestContext {
  /** Undefined for work that no request has caused. */
  readonly requestId: string | undefined;
}

/** What is known of the request that is being served; each log line takes its id from here. */
export const requestContext = new AsyncLocalStorage<RequestContext>();
